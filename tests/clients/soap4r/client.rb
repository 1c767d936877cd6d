# frozen_string_literal: true

# The steps of the client suite with soap4r and the classes that its wsdl2ruby made of the WSDLs.

require 'soap/header/simplehandler'
require 'yaml'
require 'WcfSoPrincipalServiceDriver'
require 'WcfUserServiceDriver'

BASE, PASSWORD = ENV.values_at('BASE', 'PASSWORD')
NAMESPACE = 'http://www.superoffice.net/ws/crm/NetServer/Services88'

Principal = SoPrincipalService
Users = UserService

# A header block: what is sent, if anything, and what the last answer held.
class Block < SOAP::Header::SimpleHandler
  attr_accessor :sent, :seen

  def initialize(name, sent = nil)
    super(XSD::QName.new(NAMESPACE, name))
    @sent = sent
  end

  def on_simple_outbound
    @seen = nil
    sent
  end

  def on_simple_inbound(content, _must_understand)
    @seen = content
  end
end

def check(seen, wanted = true)
  raise "#{seen.inspect} is not #{wanted.inspect}" unless seen == wanted
end

def passed(step)
  puts "pass #{step}"
end

# A carrier of which only these members are set.
def make(kind, **members)
  members.each_with_object(kind.new) { |(name, value), carrier| carrier.public_send("#{name}=", value) }
end

version = Gem::Specification.find_by_name('soap4r-ruby1.9').version
puts "version #{version}", 'wire SOAP 1.1'

logins = Principal::SoPrincipalDriver.new
login = lambda do |name, password|
  logins.authenticateUsernamePassword(Principal::AuthenticateUsernamePassword.new(name, password))
end
refused = login.call('admin', 'wrong')
check([refused.authenticationSucceeded, refused.response], [false, nil])
passed('refused')
entered = login.call('admin', PASSWORD)
check(entered.authenticationSucceeded)
check(entered.response.functionRights.size > 1)
passed('login')

users = Users::UserDriver.new
credentials = Block.new('Credentials', { 'Ticket' => entered.credentials.ticket })
succeeded, exception = %w[Succeeded ExceptionInfo].map { |name| Block.new(name) }
[Block.new('ApplicationToken', 'any'), credentials, succeeded, exception].each { |it| users.headerhandler << it }

uri = 'https://portal.example/soap4r?a=1&b=2'
gateway = users.registerWithAccessGateway(Users::RegisterWithAccessGateway.new(uri)).response
check([succeeded.seen, gateway.redirectUri], ['true', uri])
check(users.getAccessGatewayInfo(Users::GetAccessGatewayInfo.new).response.to_yaml, gateway.to_yaml)
passed('gateway')

groups = users.getAllUserGroups(Users::GetAllUserGroups.new(false)).response
check(groups.size >= 2 && groups.first.id.positive?)
passed('groups')

blank = users.createDefaultUser(Users::CreateDefaultUser.new).response
check(blank.person, nil)
text = "Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀"
blank.name = 'soap4r'
blank.rank = 7
blank.tooltip = text
blank.requestSignature = "#{text}\nsecond line"
blank.nickName = 'nick-soap4r'
blank.userName = 'soap4r@example.com'
blank.lastlogin = DateTime.new(2023, 2, 15, 13, 18, 35)
blank.otherGroups = Users::ArrayOfUserGroup[groups.last]
blank.person = make(
  Users::Person, firstname: 'Zoë', lastname: 'Ünïcode 😀', middleName: '', title: 'Dr. <x>', description: nil,
                 email: 'soap4r@example.com', mobilePhone: '+47 1', personId: 0, retired: 0, rank: 0
)
blank.credentials = Users::ArrayOfCredential[
  make(Users::Credential, type: make(Users::CredentialType, type: 'CRM5/PASSWORD'),
                          value: 'Ruby-Password-1!', displayValue: 'pw')
]
Pair = Users::StringDictionary::StringKeyValuePair
pairs = { 'empty' => '', 'null' => nil, 'æ&<' => '😀' }
blank.extraFields = Users::StringDictionary.new(pairs.map { |key, value| Pair.new(key, value) })
blank.customFields = Users::StringDictionary[Pair.new(text, text)]
saved = users.saveUser(Users::SaveUser.new(blank)).response
check([succeeded.seen, exception.seen], ['true', nil])
check(saved.associateId.positive?)
passed('save')

get = -> { users.getUser(Users::GetUser.new(saved.associateId)).response }
read = get.call
check(read.to_yaml, saved.to_yaml)
%i[name rank tooltip requestSignature nickName userName].each do |member|
  check(read.public_send(member), blank.public_send(member))
end
%i[firstname lastname middleName title email mobilePhone].each do |member|
  check(read.person.public_send(member), blank.person.public_send(member))
end
# What is nil is not sent, and what a new person is not given is empty.
check(read.person.description.to_s, '')
check(read.otherGroups.map(&:id), [groups.last.id])
check(read.extraFields.to_h { |pair| [pair.key, pair.value] }, pairs)
check(read.customFields.map { |pair| [pair.key, pair.value] }, [[text, text]])
check(read.lastlogin, DateTime.new(1, 1, 1))
check(users.saveUser(Users::SaveUser.new(read)).response.to_yaml, read.to_yaml)
check(login.call('soap4r', 'Ruby-Password-1!').authenticationSucceeded)
check((DateTime.now - get.call.lastlogin).abs < 1)
passed('read')

%w[CR CRUD].each do |letters|
  users.setDataRight(Users::SetDataRight.new(3, 'contact', 'OtherGroups', letters))
  check(users.getDataRight(Users::GetDataRight.new(3, 'contact', 'OtherGroups')).response, letters)
  rights = users.getRoleEntity(Users::GetRoleEntity.new(3)).response.dataRights
  row = rights.rowsInfo.index { |entity| entity.tableName == 'contact' }
  column = rights.columnsInfo.index { |relation| relation.value == 'Other groups' }
  check(rights.rights[row][column].value, letters)
end
passed('rights')

missing = XSD::QName.new(NAMESPACE, 'NoSuchOperation')
parameter = ['::SOAP::SOAPElement', NAMESPACE, 'NoSuchOperation']
users.add_document_operation(
  "#{NAMESPACE}/User/NoSuchOperation", 'noSuchOperation',
  [[:in, 'parameters', parameter], [:out, 'parameters', parameter]],
  { request_style: :document, request_use: :literal, response_style: :document, response_use: :literal, faults: {} }
)
begin
  users.noSuchOperation(SOAP::SOAPElement.new(missing))
  raise 'no fault'
rescue SOAP::FaultError => fault
  check(fault.faultcode.data.end_with?(':ActionNotSupported') && !fault.message.empty?)
end
passed('fault')

credentials.sent = { 'Ticket' => '7T:bad' }
check(users.getUser(Users::GetUser.new(1)).response, nil)
check([succeeded.seen, exception.seen['ExceptionType']], ['false', 'SuperOffice.Exceptions.SoSessionException'])
passed('ticket')
