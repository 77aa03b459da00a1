#include "cli/commands.h"

int main(int argc, char** argv) { return feast::cli::RunFeast(argc, argv); }
