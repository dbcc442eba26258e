#include <stdio.h>
#include <string.h>
#include <zlib.h>
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) printf("%lu\n", crc32(0L, (const Bytef *)argv[i], (uInt)strlen(argv[i])));
  return 0;
}
