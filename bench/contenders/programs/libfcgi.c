/* libfcgi, one request at a time. Argument: a socket. */
#include <fcgiapp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    FCGX_Request request;
    static char piece[65536];

    if (argc != 2) return 2;
    umask(0);
    FCGX_Init();
    memset(piece, 'x', sizeof piece);
    FCGX_InitRequest(&request, FCGX_OpenSocket(argv[1], 511), 0);
    while (FCGX_Accept_r(&request) == 0) {
        const char *uri = FCGX_GetParam("REQUEST_URI", request.envp);
        const char *bytes = uri ? strstr(uri, "/bytes?") : NULL;
        if (bytes) {
            long left = atol(bytes + 7);
            FCGX_FPrintF(request.out,
                "Content-Type: application/octet-stream\r\nContent-Length: %ld\r\n\r\n", left);
            for (; left > 0; left -= sizeof piece)
                FCGX_PutStr(piece, left < (long) sizeof piece ? left : (long) sizeof piece, request.out);
        } else {
            FCGX_FPrintF(request.out,
                "Content-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, world!\n");
        }
        FCGX_Finish_r(&request);
    }
    return 0;
}
