#include <stdio.h>

int main(void)
{
    return fputs("Content-Type: text/plain\r\n\r\nHello, world!\n", stdout) < 0;
}
