// The steps of the client suite with the npm package strong-soap, through both ports.
'use strict';

const assert = require('node:assert/strict');
const { QName, XMLHandler, createClient } = require('strong-soap').soap;

const { BASE, PASSWORD } = process.env;
const TNS = 'http://www.superoffice.net/ws/crm/NetServer/Services88';

const passed = step => console.log(`pass ${step}`);

/** What is empty is undefined and sent as nil: both are null here. */
const plain = carrier => JSON.parse(JSON.stringify(carrier, (_, value) => value ?? null));

function open(service) {
  return new Promise((resolve, reject) => {
    createClient(`${BASE}/${service}.svc?wsdl`, {}, (error, client) => (error ? reject(error) : resolve(client)));
  });
}

function enter(client, ticket) {
  client.clearSoapHeaders();
  client.addSoapHeader(`<ApplicationToken xmlns="${TNS}">any</ApplicationToken>`);
  client.addSoapHeader({ Ticket: ticket }, new QName(TNS, 'Credentials', 't'));
}

/** The response of an operation; it must have gone well. */
async function call(port, operation, args = {}) {
  const { result, soapHeader } = await port[operation](args);
  assert.equal(soapHeader.Succeeded, 'true', operation);
  return result?.Response;
}

function assertHas(seen, wanted, members) {
  for (const member of members) {
    assert.equal(seen[member], wanted[member], member);
  }
}

async function saveAndRead(user, login, tag, group) {
  const blank = await call(user, 'CreateDefaultUser');
  assert.equal(blank.Person, null);
  const text = `Ærlig <tag> & "quotes" 'æøå' 漢字 😀 ${tag}`;
  Object.assign(blank, {
    Name: tag,
    Rank: 7,
    Tooltip: text,
    RequestSignature: `${text}\nsecond line`,
    NickName: `nick-${tag}`,
    UserName: `${tag}@example.com`,
    Lastlogin: new Date('2023-02-15T13:18:35'),
    OtherGroups: { UserGroup: [group] },
    Person: {
      Firstname: 'Zoë', Lastname: `Ünïcode 😀 ${tag}`, MiddleName: '', Title: 'Dr. <x>', Description: null,
      Email: `${tag}@example.com`, MobilePhone: '+47 1', PersonId: 0, Retired: 0, Rank: 0,
    },
    Credentials: {
      Credential: [{ Type: { Type: 'CRM5/PASSWORD' }, Value: 'Strong-Password-1!', DisplayValue: 'pw' }],
    },
  });
  const pairs = [{ Key: 'empty', Value: '' }, { Key: 'null', Value: null }, { Key: 'æ&<', Value: '😀' }];
  blank.ExtraFields = { StringKeyValuePair: pairs };
  blank.CustomFields = { StringKeyValuePair: [{ Key: text, Value: text }] };
  const saved = await call(user, 'SaveUser', { User: blank });
  assert.ok(saved.AssociateId > 0);
  passed('save');

  const read = await call(user, 'GetUser', { UserId: saved.AssociateId });
  assert.deepEqual(read, saved);
  assertHas(read, blank, ['Name', 'Rank', 'Tooltip', 'RequestSignature', 'NickName', 'UserName']);
  assertHas(read.Person, blank.Person, ['Firstname', 'Lastname', 'Title', 'Description', 'Email', 'MobilePhone']);
  assert.equal(read.Person.MiddleName, undefined);
  assert.deepEqual(read.OtherGroups.UserGroup.map(it => it.Id), [group.Id]);
  assert.deepEqual(read.ExtraFields.StringKeyValuePair, [{ ...pairs[0], Value: undefined }, pairs[1], pairs[2]]);
  assert.deepEqual(read.CustomFields.StringKeyValuePair, [{ Key: text, Value: text }]);
  assert.equal(read.Credentials.Credential[0].Value, undefined);
  assert.ok(read.Lastlogin instanceof Date && read.Lastlogin.getUTCFullYear() < 1970, read.Lastlogin);
  assert.deepEqual(plain(await call(user, 'SaveUser', { User: read })), plain(read));
  assert.equal((await login(tag, 'Strong-Password-1!')).AuthenticationSucceeded, 'true');
  const { Lastlogin: last } = await call(user, 'GetUser', { UserId: read.AssociateId });
  assert.ok(Math.abs(Date.now() - last) < 24 * 3600e3, last);
  passed('read');
}

async function drive(label, suffix) {
  console.log(`wire SOAP ${label}`);
  const principal = await open('SoPrincipal');
  const { [`BasicHttpBinding_SoPrincipal${suffix}`]: logins } = principal.WcfSoPrincipalService;
  // strong-soap expects an answer named like its operation and knows no other: this one is read from the raw message.
  const login = async (UserName, Password) => {
    const { envelope } = await logins.AuthenticateUsernamePassword({ UserName, Password });
    return new XMLHandler(principal.wsdl.schemas).xmlToJson(null, envelope).Body.AuthenticateResponse;
  };
  const refused = await login('admin', 'wrong');
  assert.equal(refused.AuthenticationSucceeded, 'false');
  assert.equal(refused.Response, null);
  passed('refused');
  const entered = await login('admin', PASSWORD);
  assert.equal(entered.AuthenticationSucceeded, 'true');
  assert.ok(entered.Response.FunctionRights.string.length > 1);
  passed('login');

  const client = await open('User');
  const { [`BasicHttpBinding_User${suffix}`]: user } = client.WcfUserService;
  enter(client, entered.Credentials.Ticket);
  const tag = `strong${label.replace('.', '')}`;
  const RedirectUri = `https://portal.example/${tag}?a=1&b=2`;
  const gateway = await call(user, 'RegisterWithAccessGateway', { RedirectUri });
  assert.equal(gateway.RedirectUri, RedirectUri);
  assert.deepEqual(await call(user, 'GetAccessGatewayInfo'), gateway);
  passed('gateway');
  const { UserGroup: groups } = await call(user, 'GetAllUserGroups', { IncludeDeleted: false });
  assert.ok(groups.length >= 2 && groups[0].Id > 0);
  passed('groups');

  await saveAndRead(user, login, tag, groups.at(-1));

  const place = { RoleId: 3, TableName: 'contact', RelationToOwner: 'OtherGroups' };
  for (const letters of ['CR', 'CRUD']) {
    await call(user, 'SetDataRight', { ...place, DataRightValue: letters });
    assert.equal(await call(user, 'GetDataRight', place), letters);
    const { DataRights: rights } = await call(user, 'GetRoleEntity', { RoleEntityId: 3 });
    const row = rights.RowsInfo.EntityName.findIndex(it => it.TableName === 'contact');
    const column = rights.ColumnsInfo.RelationToOwner.findIndex(it => it.Value === 'Other groups');
    assert.equal(rights.Rights.ArrayOfDataRight[row].DataRight[column].Value, letters);
  }
  passed('rights');

  enter(client, '7T:bad');
  const { result, soapHeader } = await user.GetUser({ UserId: 1 });
  assert.equal(result.Response, null);
  assert.equal(soapHeader.Succeeded, 'false');
  assert.equal(soapHeader.ExceptionInfo.ExceptionType, 'SuperOffice.Exceptions.SoSessionException');
  passed('ticket');

  // The hook for WS-Security sees the body before it is sent.
  const rename = (_, body) => {
    body.children[0].name = body.children[0].name.replace('GetUser', 'NoSuchOperation');
  };
  client.setSecurity({ postProcess: rename });
  await assert.rejects(user.GetUser({ UserId: 1 }), error => {
    const { Fault: fault } = error.root.Envelope.Body;
    assert.match(suffix ? fault.Code.Subcode.Value : fault.faultcode, /:ActionNotSupported$/);
    assert.ok(suffix ? fault.Reason.Text : fault.faultstring);
    return true;
  });
  passed('fault');
}

async function main() {
  console.log(`version ${require('strong-soap/package.json').version}`);
  await drive('1.1', '');
  await drive('1.2', '12');
  console.log('note the result of Authenticate* is undefined, with the original WSDL too: its element is not named '
    + 'like the operation; empty strings and arrays are undefined when read and nil when sent');
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
