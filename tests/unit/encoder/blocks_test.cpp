#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <random>
#include <set>

#include "encoder/batches.h"
#include "encoder/linear.h"
#include "reference/bert_reference.h"
#include "simd/product.h"
#include "simd/target.h"
#include "simd/transformer.h"

using namespace m2v;

namespace {

/// Exactly as many floats as asked for, so that sanitizers see every read beyond them.
struct Exact {
  std::unique_ptr<float[]> data;
  std::size_t size;

  Exact(std::size_t count, unsigned seed, float mean = 0)
      : data(std::make_unique<float[]>(count)), size(count) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(mean, 1.5f);
    for (std::size_t i = 0; i < count; ++i) data[i] = normal(random);
  }
  std::vector<float> values() const { return {data.get(), data.get() + size}; }
};

}  // namespace

TEST_CASE("layer norm, on every instruction set") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const std::size_t dim : {1u, 2u, 3u, 7u, 16u, 31u, 33u, 64u, 100u, 384u}) {
      CAPTURE(dim);
      const Exact weight(dim, 1, 1), bias(dim, 2);
      Exact x(3 * dim, 3, 5);
      const auto before = x.values();
      simd::layer_norm(x.data.get(), 3, dim, weight.data.get(), bias.data.get(), 1e-5f);
      for (std::size_t r = 0; r < 3; ++r) {
        reference::Doubles row(before.begin() + static_cast<std::ptrdiff_t>(r * dim),
                               before.begin() + static_cast<std::ptrdiff_t>((r + 1) * dim));
        reference::layer_norm(row, weight.values(), bias.values(), 1e-5);
        for (std::size_t i = 0; i < dim; ++i) {
          CHECK(x.data[r * dim + i] == doctest::Approx(row[i]).epsilon(1e-4).scale(1));
        }
      }
    }
  });
}

namespace {

/// self_attention() on buffers of exact size, against the definition in float64.
void check_attention(const simd::AttentionShape& shape) {
  CAPTURE(shape.length);
  CAPTURE(shape.heads);
  CAPTURE(shape.head_dim);
  const std::size_t width = shape.heads * shape.head_dim;
  const Exact qkv(shape.sequences * shape.length * 3 * width, 5);
  const Exact scratch(simd::attention_scratch(shape), 6);
  const Exact out(shape.sequences * shape.length * width, 7);
  simd::self_attention(qkv.data.get(), shape, {scratch.data.get(), scratch.size}, out.data.get());
  double largest = 0;
  for (std::size_t s = 0; s < shape.sequences; ++s) {
    for (std::size_t h = 0; h < shape.heads; ++h) {
      std::vector<reference::Doubles> parts[3];
      for (std::size_t part = 0; part < 3; ++part) {
        for (std::size_t t = 0; t < shape.length; ++t) {
          const float* from = qkv.data.get() + (s * shape.length + t) * 3 * width + part * width +
                              h * shape.head_dim;
          parts[part].emplace_back(from, from + shape.head_dim);
        }
      }
      const auto expected = reference::attention(parts[0], parts[1], parts[2]);
      for (std::size_t t = 0; t < shape.length; ++t) {
        for (std::size_t i = 0; i < shape.head_dim; ++i) {
          const float got = out.data[(s * shape.length + t) * width + h * shape.head_dim + i];
          largest = std::max(largest, std::abs(got - expected[t][i]));
        }
      }
    }
  }
  CHECK(largest < 3e-5);
}

}  // namespace

TEST_CASE("attention, on every instruction set, from one position to a group of one head") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    for (const auto& shape : {simd::AttentionShape{2, 1, 2, 4}, simd::AttentionShape{3, 3, 12, 32},
                              simd::AttentionShape{1, 5, 3, 7}, simd::AttentionShape{2, 17, 4, 24},
                              simd::AttentionShape{1, 65, 3, 33}}) {
      check_attention(shape);
    }
    // Where as many heads as fit are taken together, and fewer of the next length.
    for (std::size_t length = 1; length <= 70; ++length) {
      check_attention({.sequences = 1, .length = length, .heads = 12, .head_dim = 3});
    }
  });
}

TEST_CASE("attention needs no more scratch memory than it says, and a longer text may need less") {
  const auto scratch = [](std::size_t length) {
    return simd::attention_scratch({.sequences = 1, .length = length, .heads = 12, .head_dim = 32});
  };
  CHECK(scratch(40) == 2 * 40 * 40);
  CHECK(scratch(48) == 48 * 48);
  CHECK(scratch(18) == 12 * 18 * 18);
}

TEST_CASE("attention survives scores that exp alone would not") {
  const simd::AttentionShape shape{1, 2, 1, 2};
  const std::vector<float> qkv = {100, 100, 100, 100, 1, 2, 100, 100, -100, -100, 3, 4};
  std::vector<float> scratch(simd::attention_scratch(shape)), out(4);
  simd::self_attention(qkv.data(), shape, scratch, out.data());
  CHECK(out == std::vector<float>{1, 2, 1, 2});
}

TEST_CASE("sums, means and the removal of what is no number, on every instruction set") {
  simd::for_each_target([](const std::string& target) {
    CAPTURE(target);
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    constexpr float kLargest = std::numeric_limits<float>::max();
    for (std::size_t count = 1; count < 70; ++count) {
      const Exact a(count, 1), b(count, 2), rows(3 * count, 3);
      Exact sum(count, 4), mean(count, 5), odd(count, 6);
      simd::add(a.data.get(), b.data.get(), count, sum.data.get());
      simd::mean_of_rows(rows.data.get(), 3, count, mean.data.get());
      for (std::size_t i = 0; i < count; ++i) {
        CHECK(sum.data[i] == a.data[i] + b.data[i]);
        const double three =
            static_cast<double>(rows.data[i]) + rows.data[count + i] + rows.data[2 * count + i];
        CHECK(mean.data[i] == doctest::Approx(three / 3).epsilon(1e-5).scale(1));
      }
      const float values[] = {std::nanf(""), kInfinity, -kInfinity, -0.5f, kLargest};
      const float wanted[] = {0, kLargest, -kLargest, -0.5f, kLargest};
      for (std::size_t i = 0; i < count; ++i) odd.data[i] = values[(i + count) % 5];
      simd::make_finite(odd.data.get(), count);
      for (std::size_t i = 0; i < count; ++i) CHECK(odd.data[i] == wanted[(i + count) % 5]);
    }
  });
}

TEST_CASE("a linear layer multiplies, adds its bias, activates, and adds to what is there") {
  constexpr std::size_t kIn = 19, kOut = 23, kRows = 2 * simd::kRowGroup;
  const Exact weight(kIn * kOut, 1), bias(kOut, 2);
  const Exact values(kRows * kIn, 3), before(kRows * kOut, 4);
  encoder::LinearScratch scratch;
  encoder::WeightMemory memory;
  for (const auto precision : {encoder::Precision::kFloat32, encoder::Precision::kInt16}) {
    const double tolerance = precision == encoder::Precision::kFloat32 ? 1e-4 : 2e-2;
    for (const bool with_bias : {true, false}) {
      for (const bool adds : {true, false}) {
        Exact y(kRows * kOut, 4);
        const encoder::Linear linear(
            std::span(weight.data.get(), weight.size),
            with_bias ? std::span<const float>(bias.data.get(), kOut) : std::span<const float>(),
            kIn, kOut, adds ? encoder::Activation::kNone : encoder::Activation::kRelu,
            adds ? encoder::Linear::Output::kAdd : encoder::Linear::Output::kReplace,
            {.precision = precision, .memory = &memory});
        linear.apply(values.data.get(), kRows, y.data.get(), scratch);
        double largest = 0;
        for (std::size_t r = 0; r < kRows; ++r) {
          for (std::size_t o = 0; o < kOut; ++o) {
            double expected = with_bias ? bias.data[o] : 0.0;
            for (std::size_t i = 0; i < kIn; ++i) {
              expected += static_cast<double>(values.data[r * kIn + i]) * weight.data[o * kIn + i];
            }
            expected = adds ? expected + before.data[r * kOut + o] : std::max(expected, 0.0);
            largest = std::max(largest, std::abs(y.data[r * kOut + o] - expected));
          }
        }
        CHECK(largest < tolerance);
      }
    }
  }
}

TEST_CASE("batches hold sequences of one length, every one of them once, in order") {
  std::mt19937 random(1);
  std::vector<encoder::Sequence> sequences;
  for (int i = 0; i < 1000; ++i) sequences.emplace_back(1 + random() % 7 * (random() % 9), 1u);
  sequences.emplace_back(512, 1u);
  std::set<std::size_t> seen;
  std::size_t previous_length = 0;
  for (const encoder::Batch& batch : encoder::plan_batches(sequences)) {
    CHECK(batch.length >= previous_length);
    previous_length = batch.length;
    REQUIRE(batch.sequences.size() == batch.locations.size());
    CHECK(!batch.sequences.empty());
    CHECK(batch.sequences.size() <= encoder::batch_size(batch.length));
    for (std::size_t i = 0; i < batch.locations.size(); ++i) {
      CHECK(batch.sequences[i] == &sequences[batch.locations[i]]);
      CHECK(batch.sequences[i]->size() == batch.length);
      if (i > 0) CHECK(batch.locations[i] > batch.locations[i - 1]);
      CHECK(seen.insert(batch.locations[i]).second);
    }
    CHECK(batch.padded_rows() % simd::kRowGroup == 0);
    CHECK(batch.padded_rows() >= batch.rows());
    CHECK(batch.padded_rows() < batch.rows() + simd::kRowGroup);
  }
  CHECK(seen.size() == sequences.size());
  CHECK(encoder::plan_batches({}).empty());
}

TEST_CASE("weight memory hands out pieces that are aligned, zero and apart, of any size") {
  encoder::WeightMemory memory;
  std::vector<std::pair<std::byte*, std::size_t>> pieces;
  for (const std::size_t size : {1u, 64u, 65u, 1u << 20, 40u << 20, 3u, 31u << 20, 2u << 20}) {
    auto* piece = static_cast<std::byte*>(memory.allocate(size));
    CHECK(reinterpret_cast<std::uintptr_t>(piece) % 64 == 0);
    CHECK(std::all_of(piece, piece + std::min<std::size_t>(size, 1000),
                      [](std::byte b) { return b == std::byte{0}; }));
    pieces.emplace_back(piece, size);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {  // the first and the last byte of each
    pieces[i].first[0] = pieces[i].first[pieces[i].second - 1] = static_cast<std::byte>(i + 1);
  }
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    CHECK(pieces[i].first[0] == static_cast<std::byte>(i + 1));
    CHECK(pieces[i].first[pieces[i].second - 1] == static_cast<std::byte>(i + 1));
  }
  CHECK_THROWS_AS(memory.allocate(static_cast<std::size_t>(-1)), std::bad_alloc);
}

TEST_CASE("rows of the same token at the same position are found and spread again") {
  const std::vector<encoder::Sequence> sequences = {{1, 5, 2}, {1, 6, 2}, {5, 5, 2}, {1, 5, 2}};
  encoder::Batch batch{.sequences = {}, .locations = {}, .length = 3};
  for (const auto& sequence : sequences) batch.sequences.push_back(&sequence);
  const encoder::DistinctRows distinct(
      batch, [](const auto&) { return std::vector<std::size_t>{0, 1, 2}; });
  CHECK(distinct.rows.size() == 5);
  CHECK(distinct.locations == std::vector<std::size_t>{0, 1, 2, 0, 3, 2, 4, 1, 2, 0, 1, 2});
  std::vector<float> x(2 * batch.rows(), -1);
  for (std::size_t i = 0; i < distinct.rows.size(); ++i) {
    x[2 * i] = static_cast<float>(distinct.rows[i].id);
    x[2 * i + 1] = static_cast<float>(distinct.rows[i].position);
  }
  distinct.spread(x.data(), 2);
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    CHECK(x[2 * row] == static_cast<float>(sequences[row / 3][row % 3]));
    CHECK(x[2 * row + 1] == static_cast<float>(row % 3));
  }
}
