#include <fstream>
#include <iostream>
#include <string>
int main() {
  std::ifstream file("words.txt");
  int count = 0;
  for (std::string word; file >> word;) count++;
  std::cout << count << std::endl;
  return count == 0;
}
