#include <string.h>
#include <zlib.h>
unsigned long sum(const char *text) { return crc32(0L, (const Bytef *)text, (uInt)strlen(text)); }
