// The spacing check of SMPGuard's DotField, as C++ writes it: the same dense grid, the same cells, the same chains, the
// same dots in the same order. Build with -O2. Prints one JSON line per workload, as Benchmarks/Guard does; the
// checksums of both must be equal, or they did not do the same work.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

struct Numbers {
  uint64_t state;
  uint64_t next() {
    state += 0x9E3779B97F4A7C15ull;
    uint64_t mixed = state;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ull;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBull;
    return mixed ^ (mixed >> 31);
  }
  int32_t below(uint32_t bound) { return static_cast<int32_t>((next() >> 32) * bound >> 32); }
};

struct Position { int32_t x, y; };
struct Entry { int32_t x, y, next; uint32_t membership; };

class DotField {
 public:
  DotField(Position low, Position high, int64_t reach, size_t capacity) : lowX(low.x), lowY(low.y) {
    int64_t width = int64_t(high.x) - low.x, height = int64_t(high.y) - low.y;
    shift = 9;
    while ((int64_t(1) << shift) < reach || ((width >> shift) + 1) * ((height >> shift) + 1) > 1048576) shift++;
    lastColumn = int32_t(width >> shift);
    lastRow = int32_t(height >> shift);
    heads.assign(size_t(lastColumn + 1) * size_t(lastRow + 1), -1);
    entries.reserve(capacity);
  }

  void insert(Position p) {
    size_t cell = size_t(row(p.y)) * size_t(lastColumn + 1) + size_t(column(p.x));
    entries.push_back({p.x, p.y, heads[cell], 0});
    heads[cell] = int32_t(entries.size() - 1);
  }

  // Squared distance to the nearest dot nearer than `reach`, or -1.
  int64_t nearestSquared(Position p, int32_t reach, uint32_t membership) const {
    int64_t limit = int64_t(reach) * reach, best = limit;
    size_t first = size_t(column(p.x - reach)), last = size_t(column(p.x + reach));
    size_t lastRowHere = size_t(row(p.y + reach));
    for (size_t r = size_t(row(p.y - reach)); r <= lastRowHere; r++) {
      size_t base = r * size_t(lastColumn + 1);
      for (size_t cell = base + first; cell <= base + last; cell++) {
        for (int32_t next = heads[cell]; next >= 0;) {
          const Entry entry = entries[size_t(next)];
          int64_t dx = entry.x - p.x, dy = entry.y - p.y;
          int64_t squared = dx * dx + dy * dy;
          if (squared < best && (entry.membership & membership) == membership) best = squared;
          next = entry.next;
        }
      }
    }
    return best < limit ? best : -1;
  }

 private:
  int32_t column(int32_t x) const { return std::min(std::max((x - lowX) >> shift, 0), lastColumn); }
  int32_t row(int32_t y) const { return std::min(std::max((y - lowY) >> shift, 0), lastRow); }
  std::vector<Entry> entries;
  std::vector<int32_t> heads;
  int32_t lowX, lowY, shift, lastColumn, lastRow;
};

// A lattice at 80 dots per cm² with tremor, row by row to and fro, or the same dots shuffled.
static std::vector<Position> workload(int side, bool shuffled) {
  Numbers numbers{42};
  const int32_t pitch = 1118, start = -side * pitch / 2;
  std::vector<Position> dots;
  dots.reserve(size_t(side) * size_t(side));
  for (int r = 0; r < side; r++)
    for (int c = 0; c < side; c++) {
      int column = r % 2 == 0 ? c : side - 1 - c;
      int32_t x = start + column * pitch + numbers.below(401) - 200;
      int32_t y = start + r * pitch + numbers.below(401) - 200;
      dots.push_back({x, y});
    }
  if (shuffled)
    for (size_t i = dots.size() - 1; i > 0; i--) std::swap(dots[i], dots[size_t(numbers.below(uint32_t(i + 1)))]);
  return dots;
}

int main() {
  const int32_t reach = 900;
  for (int side : {141, 1000})
    for (bool shuffled : {false, true}) {
      auto dots = workload(side, shuffled);
      int32_t half = side * 1118 / 2 + 200;
      std::vector<double> runs;
      int64_t checksum = 0;
      const int repeats = side < 1000 ? 41 : 9;
      for (int run = 0; run < repeats; run++) {
        checksum = 0;
        DotField field({-half, -half}, {half, half}, reach, dots.size());
        auto begin = std::chrono::steady_clock::now();
        for (Position p : dots) {
          checksum += field.nearestSquared(p, reach, 0);
          field.insert(p);
        }
        auto end = std::chrono::steady_clock::now();
        runs.push_back(std::chrono::duration<double, std::nano>(end - begin).count() / double(dots.size()));
      }
      std::sort(runs.begin(), runs.end());
      std::printf(
          "{\"benchmark\":\"spacing\",\"language\":\"c++\",\"dots\":%zu,\"order\":\"%s\",\"ns_per_dot\":%.1f,"
          "\"checksum\":%lld}\n",
          dots.size(), shuffled ? "random" : "path", runs[runs.size() / 2], static_cast<long long>(checksum));
    }
}
