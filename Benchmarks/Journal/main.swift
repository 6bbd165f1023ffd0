import Glibc

// Prints one JSON line per workload: bench-journal DIRECTORY. The directory decides which disk is measured.
guard CommandLine.arguments.count == 2 else {
  print("usage: bench-journal DIRECTORY")
  exit(64)
}
let directory = CommandLine.arguments[1]
try Workload.run(in: directory)
