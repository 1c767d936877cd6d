# The steps of the client suite with Perl's SOAP::Lite, in SOAP 1.1 and 1.2. It takes no part of the
# WSDL but the addresses: of wrapped documents it makes elements without a namespace, which no .NET
# service reads. So its calls are written out, as its users do with such services.
use strict;
use warnings;
use utf8;

use Data::Dumper;
use SOAP::Lite;

my $namespace = 'http://www.superoffice.net/ws/crm/NetServer/Services88';
$Data::Dumper::Indent = 1;

# Compares what may be nested; arrays only, so the order counts.
sub check {
    my ($seen, $wanted, $what) = @_;
    my ($left, $right) = map { Dumper($_) } $seen, $wanted;
    die "$what: $left is not $right" unless $left eq $right;
}

sub passed { print "pass $_[0]\n" }

# The element of a [name, value]; a value is a text, undef for nil, or an array of such pairs.
sub element {
    my ($name, $value) = @{ $_[0] };
    my $element = SOAP::Data->name($name);
    return $element->value(\SOAP::Data->value(map { element($_) } @$value)) if ref $value;
    # Left to itself SOAP::Lite sends text outside ASCII in base64.
    return $element->type(string => $value);
}

# Pairs of the elements at a path of an answer. SOAP::Lite's own hashes keep no order and one of many.
sub pairs {
    my ($som, $path) = @_;
    my $place = 0;
    return map {
        my $inside = sprintf '%s/[%d]', $path, ++$place;
        my @children = pairs($som, $inside);
        [$_->name, @children ? \@children : scalar $_->value];
    } $som->dataof("$path/*");
}

sub member {
    my ($pairs, $name) = @_;
    my ($found) = grep { $_->[0] eq $name } @$pairs;
    return $found->[1];
}

# Gives members of a carrier other values; the order stays.
sub change {
    my ($pairs, %values) = @_;
    for my $pair (@$pairs) {
        $pair->[1] = $values{ $pair->[0] } if exists $values{ $pair->[0] };
    }
}

sub service {
    my ($name) = @_;
    return SOAP::Lite->new->proxy("$ENV{BASE}/$name.svc")->default_ns($namespace)
        ->on_action(sub { qq("$namespace/$name/$_[1]") });
}

sub login {
    my ($principal, $name, $password) = @_;
    my @arguments = map { element($_) } [UserName => $name], [Password => $password];
    return $principal->call('AuthenticateUsernamePassword', @arguments);
}

# An operation of User.svc, with the ticket.
sub call {
    my ($users, $ticket, $operation, @arguments) = @_;
    my $credentials = SOAP::Header->name('Credentials')->attr({ xmlns => $namespace })
        ->value(\SOAP::Data->name('Ticket')->type(string => $ticket));
    return $users->call($operation, $credentials, map { element($_) } @arguments);
}

# The answer's Response; the operation must have gone well.
sub response {
    my $som = call(@_);
    check($som->valueof('/Envelope/Header/Succeeded'), 'true', $_[2]);
    my @response = pairs($som, '/Envelope/Body/[1]/Response');
    return @response ? \@response : $som->valueof('/Envelope/Body/[1]/Response');
}

sub save_and_read {
    my ($principal, $users, $ticket, $tag, $group) = @_;
    my $user = response($users, $ticket, 'CreateDefaultUser');
    check(member($user, 'Person'), undef, 'nil');
    my $text = qq(Ærlig <tag> & "quotes" 'æøå' 漢字 😀 $tag);
    my @fields = ([empty => ''], [null => undef], ['æ&<' => '😀']);
    my %values = (
        Name => $tag, Rank => 7, Tooltip => $text, RequestSignature => "$text\nsecond line",
        NickName => "nick-$tag", UserName => "$tag\@example.com",
    );
    my @person = (
        [PersonId => 0], [Firstname => 'Zoë'], [Lastname => 'Ünïcode 😀'], [MiddleName => ''], [Title => 'Dr. <x>'],
        [Description => undef], [Email => "$tag\@example.com"], [Retired => 0], [Rank => 0], [MobilePhone => '+47 1'],
    );
    my $credential = [[Type => [[Type => 'CRM5/PASSWORD']]], [Value => 'Perl-Password-1!'], [DisplayValue => 'pw']];
    my $dictionary = sub { [map { [StringKeyValuePair => [[Key => $_->[0]], [Value => $_->[1]]]] } @_] };
    change($user, %values,
        Lastlogin => '2023-02-15T13:18:35',
        OtherGroups => [$group],
        Person => \@person,
        Credentials => [[Credential => $credential]],
        ExtraFields => $dictionary->(@fields),
        CustomFields => $dictionary->([$text => $text]));
    my $saved = response($users, $ticket, 'SaveUser', [User => $user]);
    die 'not saved' unless member($saved, 'AssociateId') > 0;
    passed('save');

    my @id = [UserId => member($saved, 'AssociateId')];
    my $read = response($users, $ticket, 'GetUser', @id);
    check($read, $saved, 'read what was saved');
    check(member($read, $_), "$values{$_}", $_) for keys %values;
    check(member(member($read, 'Person'), $_->[0]), $_->[1], $_->[0])
        for grep { $_->[0] =~ /name|Title|Description|Email|Phone/ } @person;
    check(member(member(member($read, 'OtherGroups'), 'UserGroup'), 'Id'), member($group->[1], 'Id'), 'group');
    check(member($read, 'ExtraFields'), $dictionary->(@fields), 'ExtraFields');
    check(member($read, 'CustomFields'), $dictionary->([$text => $text]), 'CustomFields');
    check(member($read, 'Lastlogin'), '0001-01-01T00:00:00', 'Lastlogin');
    check(response($users, $ticket, 'SaveUser', [User => $read]), $read, 'saving what was read');
    check(login($principal, $tag, 'Perl-Password-1!')->valueof('//AuthenticationSucceeded'), 'true', 'password');
    my $last = member(response($users, $ticket, 'GetUser', @id), 'Lastlogin');
    die $last unless $last =~ /\A20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\z/;
    passed('read');
}

sub drive {
    my ($version) = @_;
    print "wire SOAP $version\n";
    SOAP::Lite->soapversion($version);
    my $principal = service('SoPrincipal');
    my $refused = login($principal, 'admin', 'wrong');
    check($refused->valueof('//AuthenticationSucceeded'), 'false', 'refused');
    passed('refused');
    my $entered = login($principal, 'admin', $ENV{PASSWORD});
    check($entered->valueof('//AuthenticationSucceeded'), 'true', 'login');
    check($entered->headerof('//Succeeded')->value, 'true', 'Succeeded');
    my $ticket = $entered->valueof('//Credentials/Ticket');
    passed('login');

    my $users = service('User');
    my $tag = 'lite' . $version =~ s/\D//gr;
    my $uri = "https://portal.example/$tag?a=1&b=2";
    my $gateway = response($users, $ticket, 'RegisterWithAccessGateway', [RedirectUri => $uri]);
    check(member($gateway, 'RedirectUri'), $uri, 'RedirectUri');
    check(response($users, $ticket, 'GetAccessGatewayInfo'), $gateway, 'gateway');
    passed('gateway');
    my $groups = response($users, $ticket, 'GetAllUserGroups', [IncludeDeleted => 'false']);
    die 'groups' unless @$groups >= 2 && member($groups->[0][1], 'Id') > 0;
    passed('groups');

    save_and_read($principal, $users, $ticket, $tag, $groups->[-1]);

    my @place = ([RoleId => 3], [TableName => 'contact'], [RelationToOwner => 'OtherGroups']);
    for my $letters ('CR', 'CRUD') {
        response($users, $ticket, 'SetDataRight', @place, [DataRightValue => $letters]);
        check(response($users, $ticket, 'GetDataRight', @place), $letters, 'right');
        my $som = call($users, $ticket, 'GetRoleEntity', [RoleEntityId => 3]);
        my @rows = $som->valueof('//DataRights/RowsInfo/EntityName/TableName');
        my @columns = $som->valueof('//DataRights/ColumnsInfo/RelationToOwner/Value');
        my ($row) = grep { $rows[$_ - 1] eq 'contact' } 1 .. @rows;
        my ($column) = grep { $columns[$_ - 1] eq 'Other groups' } 1 .. @columns;
        check($som->valueof("//DataRights/Rights/[$row]/[$column]/Value"), $letters, 'matrix');
    }
    passed('rights');

    my $bad = call($users, '7T:bad', 'GetUser', [UserId => 1]);
    check($bad->header->{Succeeded}, 'false', 'Succeeded');
    check($bad->header->{ExceptionInfo}{ExceptionType}, 'SuperOffice.Exceptions.SoSessionException', 'exception');
    check($bad->valueof('//GetUserResponse/Response'), undef, 'nil');
    passed('ticket');

    my $missing = call($users, $ticket, 'NoSuchOperation');
    my $code = $missing->faultcode // $missing->valueof('//Fault/Code/Subcode/Value');
    die 'fault' unless $missing->fault && $code =~ /:ActionNotSupported\z/;
    die 'text' unless $missing->faultstring // $missing->valueof('//Fault/Reason/Text');
    passed('fault');
}

$| = 1;
binmode $_, ':utf8' for *STDOUT, *STDERR;
print "version $SOAP::Lite::VERSION\n";
drive($_) for '1.1', '1.2';
print "note calls are written by hand: from WSDLs, the original too, it sends arguments without their namespace\n";
