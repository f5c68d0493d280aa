/* libfcgi, a connection a process. Arguments: a socket, a number of processes. */
#include <fcgiapp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    FCGX_Request request;
    static char piece[65536];

    int socket, more;

    if (argc != 3) return 2;
    umask(0);
    FCGX_Init();
    memset(piece, 'x', sizeof piece);
    socket = FCGX_OpenSocket(argv[1], 511);
    for (more = atoi(argv[2]); more > 1 && fork() > 0; more--);
    /* Children end with the first one. */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    FCGX_InitRequest(&request, socket, 0);
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
