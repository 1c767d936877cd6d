// The steps of the client suite with the npm package soap, in SOAP 1.1 and 1.2.
'use strict';

const assert = require('node:assert/strict');
const soap = require('soap');

const { BASE, PASSWORD } = process.env;
const TNS = 'http://www.superoffice.net/ws/crm/NetServer/Services88';

const passed = step => console.log(`pass ${step}`);

async function open(service, forceSoap12Headers) {
  return soap.createClientAsync(`${BASE}/${service}.svc?wsdl`, {
    forceSoap12Headers, disableCache: true, handleNilAsNull: true,
  });
}

function enter(client, ticket) {
  client.clearSoapHeaders();
  client.addSoapHeader({ ApplicationToken: 'any', Credentials: { Ticket: ticket } }, '', 'tns', TNS);
}

/** The response of an operation; it must have gone well. */
async function call(client, operation, args = {}) {
  const [answer, , headers] = await client[`${operation}Async`](args);
  assert.equal(headers.Succeeded, 'true', operation);
  return answer?.Response;
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
  blank.Name = tag;
  blank.Rank = 7;
  blank.Tooltip = text;
  blank.RequestSignature = `${text}\nsecond line`;
  blank.NickName = `nick-${tag}`;
  blank.UserName = `${tag}@example.com`;
  blank.Lastlogin = '2023-02-15T13:18:35';
  blank.OtherGroups = { UserGroup: [group] };
  blank.Person = {
    PersonId: 0, Firstname: 'Zoë', Lastname: `Ünïcode 😀 ${tag}`, MiddleName: '', Title: 'Dr. <x>', Description: null,
    Email: `${tag}@example.com`, Retired: 0, Rank: 0, MobilePhone: '+47 1',
  };
  blank.Credentials = {
    Credential: [{ Type: { Type: 'CRM5/PASSWORD' }, Value: 'Node-Password-1!', DisplayValue: 'pw' }],
  };
  const pairs = [{ Key: 'empty', Value: '' }, { Key: 'null', Value: null }, { Key: 'æ&<', Value: '😀' }];
  blank.ExtraFields = { StringKeyValuePair: pairs };
  blank.CustomFields = { StringKeyValuePair: [{ Key: text, Value: text }] };
  const saved = await call(user, 'SaveUser', { User: blank });
  assert.ok(saved.AssociateId > 0);
  passed('save');

  const read = await call(user, 'GetUser', { UserId: saved.AssociateId });
  assert.deepEqual(read, saved);
  assertHas(read, blank, ['Name', 'Rank', 'Tooltip', 'RequestSignature', 'NickName', 'UserName']);
  assertHas(read.Person, blank.Person,
    ['Firstname', 'Lastname', 'MiddleName', 'Title', 'Description', 'Email', 'MobilePhone']);
  assert.deepEqual(read.OtherGroups.UserGroup.map(it => it.Id), [group.Id]);
  assert.deepEqual(read.ExtraFields.StringKeyValuePair, pairs);
  assert.deepEqual(read.CustomFields.StringKeyValuePair, [{ Key: text, Value: text }]);
  assert.equal(read.Credentials.Credential[0].Value, '');
  assert.ok(read.Lastlogin instanceof Date && read.Lastlogin.getUTCFullYear() < 1970, read.Lastlogin);
  // soap sends a Date, such as it read, as an empty element.
  assert.deepEqual(await call(user, 'SaveUser', { User: read }), read);
  const [entered] = await login(tag, 'Node-Password-1!');
  assert.equal(entered.AuthenticationSucceeded, true);
  const { Lastlogin: last } = await call(user, 'GetUser', { UserId: read.AssociateId });
  assert.ok(Math.abs(Date.now() - last) < 24 * 3600e3, last);
  passed('read');
}

async function drive(label, soap12) {
  console.log(`wire SOAP ${label}`);
  const principal = await open('SoPrincipal', soap12);
  const login = (UserName, Password) => principal.AuthenticateUsernamePasswordAsync({ UserName, Password });
  const [refused] = await login('admin', 'wrong');
  assert.equal(refused.AuthenticationSucceeded, false);
  assert.equal(refused.Response, null);
  passed('refused');
  const [entered, , headers] = await login('admin', PASSWORD);
  assert.equal(entered.AuthenticationSucceeded, true);
  assert.equal(headers.Succeeded, 'true');
  assert.ok(entered.Response.FunctionRights.string.length > 1);
  passed('login');

  const user = await open('User', soap12);
  enter(user, entered.Credentials.Ticket);
  const tag = `node${label.replace('.', '')}`;
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

  const postProcess = xml => xml.replace(/GetAccessGatewayInfo/g, 'NoSuchOperation');
  await assert.rejects(user.GetAccessGatewayInfoAsync({}, { postProcess }), error => {
    const { Fault: fault } = error.root.Envelope.Body;
    assert.match(soap12 ? fault.Code.Subcode.Value : fault.faultcode, /:ActionNotSupported$/);
    assert.ok(soap12 ? fault.Reason.Text : fault.faultstring);
    return true;
  });
  passed('fault');

  enter(user, '7T:bad');
  const [nothing, , told] = await user.GetUserAsync({ UserId: 1 });
  assert.equal(nothing.Response, null);
  assert.equal(told.Succeeded, 'false');
  assert.equal(told.ExceptionInfo.ExceptionType, 'SuperOffice.Exceptions.SoSessionException');
  passed('ticket');
}

async function main() {
  console.log(`version ${require('soap/package.json').version}`);
  await drive('1.1', false);
  await drive('1.2', true);
  console.log('note a Date is sent as an empty element, header blocks are strings');
}

main().catch(error => {
  console.error(error);
  process.exitCode = 1;
});
