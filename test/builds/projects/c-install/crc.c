#include <stdio.h>
unsigned long sum(const char *text);
int main(int argc, char **argv) {
  char greeting[80] = "";
  FILE *settings = fopen("/etc/crc.conf", "r");
  if (!settings || fscanf(settings, "%79s", greeting) != 1) return 1;
  for (int i = 1; i < argc; i++) printf("%s %lu\n", greeting, sum(argv[i]));
  return 0;
}
