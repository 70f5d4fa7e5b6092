#include <m2v/error.h>
#include <m2v/hub.h>

int main() {
  m2v::hub::HubOptions options;
  options.offline = true;
  options.cache = "no such folder";
  try {
    m2v::hub::resolve("nobody/nothing", options);
  } catch (const m2v::HubError&) {
    return m2v::hub::resolve(".") == "." ? 0 : 1;
  }
  return 1;
}
