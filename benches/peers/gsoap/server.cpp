// The two operations with gSOAP's own server. A connection that is kept occupies a thread.

#include <csignal>
#include <cstdlib>
#include <sys/socket.h>
#include <thread>
#include <vector>

#include "BasicHttpBinding_USCOREUser.nsmap"
#include "soapBasicHttpBinding_USCOREUserService.h"

static const int THREADS = 128;

using Service = BasicHttpBinding_USCOREUserService;

int Service::SaveUser(_ns1__SaveUser *request, _ns1__SaveUserResponse &response)
{
    soap_noheader();
    response.Response = request->User;
    return SOAP_OK;
}

int Service::RegisterWithAccessGateway(_ns1__RegisterWithAccessGateway *request, _ns1__RegisterWithAccessGatewayResponse &response)
{
    soap_noheader();
    auto info = response.Response = soap_new_ns1__AccessGatewayInfo(soap);
    info->ClientId = soap_new_std__string(soap);
    *info->ClientId = "0123456789abcdef0123456789abcdef";
    info->RedirectUri = request->RedirectUri;
    return SOAP_OK;
}

// Accepts from the listening socket that all copies share, and serves until the client is done.
static void work(Service *server)
{
    for (;;)
    {
        if (soap_valid_socket(server->accept()))
            server->serve();
        server->destroy();
    }
}

int main(int count, char **arguments)
{
    if (count != 2)
        return 2;
    std::signal(SIGPIPE, SIG_IGN);
    Service server(SOAP_IO_STORE | SOAP_IO_KEEPALIVE | SOAP_C_UTFSTRING);
    server.soap->max_keep_alive = 0; // Any number of requests.
    server.soap->bind_flags = SO_REUSEADDR;
    if (!soap_valid_socket(server.bind("127.0.0.1", std::atoi(arguments[1]), 1024)))
    {
        server.soap_print_fault(stderr);
        return 1;
    }
    std::vector<std::thread> threads;
    for (int index = 0; index < THREADS; ++index)
        threads.emplace_back(work, server.copy());
    for (auto &thread : threads)
        thread.join();
}
