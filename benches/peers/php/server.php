<?php
// The two operations with PHP's own SoapServer.

class Operations
{
    public function SaveUser(object $request): array
    {
        return ['Response' => $request->User];
    }

    public function RegisterWithAccessGateway(object $request): array
    {
        return ['Response' => ['ClientId' => '0123456789abcdef0123456789abcdef', 'RedirectUri' => $request->RedirectUri]];
    }

    // Blocks of the header are calls of their own to PHP.
    public function ApplicationToken(): void {}

    public function Credentials(): void {}

    public function TimeZone(): void {}
}

$server = new SoapServer($_SERVER['DOCUMENT_ROOT'] . '/User.wsdl', ['features' => SOAP_SINGLE_ELEMENT_ARRAYS]);
$server->setClass(Operations::class);
$server->handle();
