// Prints one JSON line per workload. Built with -O and every check on.
SpacingBenchmark.run()
DecisionBenchmark.run()
