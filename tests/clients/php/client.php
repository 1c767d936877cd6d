<?php
// The steps of the client suite with PHP's SoapClient in SOAP 1.1 and 1.2.

[$base, $password] = [getenv('BASE'), getenv('PASSWORD')];
const TNS = 'http://www.superoffice.net/ws/crm/NetServer/Services88';

function check(bool $condition, string $what, mixed $seen = null): void
{
    if (!$condition) {
        fwrite(STDERR, "failed: $what\n" . print_r($seen, true));
        exit(1);
    }
}

function passed(string $step): void
{
    echo "pass $step\n";
}

function client(string $base, string $service, int $version): SoapClient
{
    return new SoapClient("$base/$service.svc?wsdl", [
        'soap_version' => $version,
        'cache_wsdl' => WSDL_CACHE_NONE,
        'trace' => true,
        'exceptions' => true,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
    ]);
}

function heads(string $ticket): array
{
    return [
        new SoapHeader(TNS, 'ApplicationToken', 'any'),
        new SoapHeader(TNS, 'Credentials', ['Ticket' => $ticket]),
    ];
}

function call(SoapClient $client, string $ticket, string $operation, array $arguments = []): array
{
    $client->__setSoapHeaders(heads($ticket));
    $headers = [];
    $answer = $client->__soapCall($operation, [$arguments], null, null, $headers);
    return [$answer->Response ?? null, $headers];
}

echo 'version ', PHP_VERSION, "\n";
foreach ([['1.1', SOAP_1_1], ['1.2', SOAP_1_2]] as [$label, $version]) {
    echo "wire SOAP $label\n";
    $tag = 'php' . str_replace('.', '', $label);
    $principal = client($base, 'SoPrincipal', $version);
    $failed = $principal->AuthenticateUsernamePassword(['UserName' => 'admin', 'Password' => 'wrong']);
    check($failed->AuthenticationSucceeded === false, 'wrong password', $failed);
    passed('refused');
    $login = $principal->AuthenticateUsernamePassword(['UserName' => 'admin', 'Password' => $password]);
    check($login->AuthenticationSucceeded === true, 'log in', $login);
    passed('login');
    $ticket = $login->Credentials->Ticket;

    $user = client($base, 'User', $version);
    $uri = "https://portal.example/$tag?a=1&b=2";
    [$gateway, $headers] = call($user, $ticket, 'RegisterWithAccessGateway', ['RedirectUri' => $uri]);
    check($headers['Succeeded'] === true && $gateway->RedirectUri === $uri, 'register', $headers);
    passed('gateway');
    [$groups] = call($user, $ticket, 'GetAllUserGroups', ['IncludeDeleted' => false]);
    check(count($groups->UserGroup) >= 2, 'groups', $groups);
    passed('groups');

    [$blank] = call($user, $ticket, 'CreateDefaultUser');
    $text = "Ærlig <tag> & \"quotes\" 'æøå' 漢字 😀 $tag";
    $blank->Name = "u-$tag";
    $blank->Tooltip = $text;
    $blank->Rank = 7;
    $blank->RequestSignature = "$text\nsecond line";
    $blank->NickName = "nick-$tag";
    $blank->UserName = "$tag@example.com";
    $blank->OtherGroups = ['UserGroup' => [end($groups->UserGroup)]];
    $blank->Person = [
        'Firstname' => 'Zoë', 'MiddleName' => 'de', 'Lastname' => "Ünïcode-$tag", 'Title' => 'Dr. <x>',
        'Email' => "$tag@example.com", 'MobilePhone' => '+47 1', 'PersonId' => 0,
    ];
    $blank->Credentials = ['Credential' => [[
        'Type' => ['Type' => 'CRM5/PASSWORD'], 'Value' => 'Php-Password-1!', 'DisplayValue' => 'pw',
    ]]];
    $pairs = [['Key' => 'æ&<', 'Value' => '😀'], ['Key' => 'empty', 'Value' => '']];
    $blank->ExtraFields = ['StringKeyValuePair' => $pairs];
    $blank->CustomFields = ['StringKeyValuePair' => [$pairs[0]]];
    [$saved, $headers] = call($user, $ticket, 'SaveUser', ['User' => $blank]);
    check($headers['Succeeded'] === true && $saved->AssociateId > 0, 'save', $headers);
    passed('save');
    [$read] = call($user, $ticket, 'GetUser', ['UserId' => $saved->AssociateId]);
    check($read == $saved, 'read back equal', [$saved, $read]);
    foreach (['Name', 'Tooltip', 'Rank', 'RequestSignature', 'NickName', 'UserName'] as $field) {
        check($read->$field === $blank->$field, $field, $read->$field);
    }
    foreach (['Firstname', 'MiddleName', 'Lastname', 'Title', 'Email', 'MobilePhone'] as $field) {
        check($read->Person->$field === $blank->Person[$field], "Person.$field", $read->Person);
    }
    $got = array_column($read->ExtraFields->StringKeyValuePair, 'Value', 'Key');
    ksort($got);
    $wanted = array_column($pairs, 'Value', 'Key');
    ksort($wanted);
    check($got === $wanted, 'ExtraFields', $got);
    check(end($groups->UserGroup)->Id === $read->OtherGroups->UserGroup[0]->Id, 'OtherGroups', $read);
    [$again] = call($user, $ticket, 'SaveUser', ['User' => $read]);
    check($again == $read, 'saving what was read changes nothing', [$read, $again]);
    passed('read');

    $place = ['RoleId' => 3, 'TableName' => 'contact', 'RelationToOwner' => 'OtherGroups'];
    foreach (['CR', 'CRUD'] as $value) {
        call($user, $ticket, 'SetDataRight', $place + ['DataRightValue' => $value]);
        [$seen] = call($user, $ticket, 'GetDataRight', $place);
        check($seen === $value, 'data right', $seen);
        [$role] = call($user, $ticket, 'GetRoleEntity', ['RoleEntityId' => 3]);
        $rights = $role->DataRights;
        $column = array_search('Other groups', array_column($rights->ColumnsInfo->RelationToOwner, 'Value'));
        $row = array_search('contact', array_column($rights->RowsInfo->EntityName, 'TableName'));
        check($rights->Rights->ArrayOfDataRight[$row]->DataRight[$column]->Value === $value, 'matrix', $rights);
    }
    passed('rights');

    [$none, $headers] = call($user, '7T:bad', 'GetUser', ['UserId' => 1]);
    check($headers['Succeeded'] === false && $none === null, 'bad ticket', $headers);
    check($headers['ExceptionInfo']->ExceptionType === 'SuperOffice.Exceptions.SoSessionException', 'class', $headers);
    passed('ticket');
    $untyped = new SoapClient(null, [
        'location' => "$base/User.svc", 'uri' => TNS, 'soap_version' => $version,
        'style' => SOAP_RPC, 'use' => SOAP_LITERAL,
    ]);
    try {
        $untyped->__soapCall('NoSuchOperation', []);
        check(false, 'a fault');
    } catch (SoapFault $fault) {
        check(str_contains($fault->faultcode, $version === SOAP_1_1 ? 'ActionNotSupported' : 'Sender'), 'code', $fault);
        check($fault->getMessage() !== '', 'text', $fault);
    }
    passed('fault');
}
