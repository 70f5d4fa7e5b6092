#include <m2v/distill.h>
#include <m2v/error.h>

int main() {
  try {
    m2v::distill("no such folder");
  } catch (const m2v::Error&) {
    return 0;
  }
  return 1;
}
