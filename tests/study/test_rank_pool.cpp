// What rank 0 answers the other ranks, played by hand: no MPI here. The whole of it runs in tests/app/test_sweep_mpi.py, where MPI is built in.

#include "study/rank_pool.hpp"

#include "base/error.hpp"

#include <boost/test/unit_test.hpp>

#include <deque>

using namespace brineflow;

namespace {

using Kind = RankMessage::Kind;

// Two other ranks. Each works as told: a rank that is handed a task answers it and asks again, one that is dismissed leaves.
class Played : public Ranks {
 public:
  Played() {
    for (const int rank : {1, 2}) post(rank, Kind::ask, "");
  }
  int rank() const override { return 0; }
  int size() const override { return 3; }
  void send(int to, Kind kind, const std::string& text) override {
    if (kind == Kind::dismiss) {
      ++dismissed;
      if (!gone) post(to, Kind::leave, "");
      return;
    }
    if (kind == Kind::task) {
      if (text.starts_with("666\n")) {
        gone = true;
        return post(to, Kind::leave, "no space left");
      }
      // "number\ntext" comes back as "end\nnumber\ntext".
      const bool crash = text.starts_with("13\n") && crashes-- > 0;
      post(to, Kind::result, (crash ? "2\n" : "0\n") + text.substr(0, text.find('\n')) + "\ndone by " + std::to_string(to));
    }
    post(to, Kind::ask, "");
  }
  std::optional<RankMessage> receive() override {
    if (waiting.empty()) return std::nullopt;
    const RankMessage message = waiting.front();
    waiting.pop_front();
    return message;
  }
  void post(int rank, Kind kind, const std::string& text) { waiting.push_back({kind, rank, text}); }

  std::deque<RankMessage> waiting;
  int dismissed = 0, crashes = 0;
  bool gone = false;
};

// As a sweep does: a case that died is given out once more.
std::vector<std::size_t> ended(RankPool& pool, std::vector<std::size_t> numbers) {
  std::vector<std::size_t> done;
  pool.run(
      [&]() -> std::optional<Task> {
        if (numbers.empty()) return std::nullopt;
        const std::size_t number = numbers.back();
        numbers.pop_back();
        return Task{number, "text"};
      },
      [&](const TaskResult& result) {
        if (result.end == TaskResult::End::crashed) numbers.push_back(result.task.number);
        else done.push_back(result.task.number);
      },
      [] {}, nullptr);
  return done;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(rank_pool)

BOOST_AUTO_TEST_CASE(each_task_ends_once_and_all_ranks_are_dismissed) {
  Played ranks;
  RankPool pool(ranks);
  const std::vector<std::size_t> done = ended(pool, {5, 4, 3, 2, 1});
  BOOST_TEST(done == (std::vector<std::size_t>{1, 2, 3, 4, 5}), boost::test_tools::per_element());
  BOOST_TEST(ranks.dismissed == 2);
}

BOOST_AUTO_TEST_CASE(a_task_that_died_is_given_out_again_though_it_was_the_last) {
  Played ranks;
  ranks.crashes = 1;
  RankPool pool(ranks);
  BOOST_TEST(ended(pool, {13}) == (std::vector<std::size_t>{13}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_to_do_is_done_at_once) {
  Played ranks;
  RankPool pool(ranks);
  BOOST_TEST(ended(pool, {}).empty());
  BOOST_TEST(ranks.dismissed == 2);
}

BOOST_AUTO_TEST_CASE(stopped_hands_out_nothing_and_dismisses) {
  Played ranks;
  RankPool pool(ranks);
  const std::atomic<bool> stop{true};
  BOOST_TEST(pool.run([]() -> std::optional<Task> { throw InternalError("asked for a task"); }, [](const TaskResult&) {}, [] {}, &stop));
  BOOST_TEST(ranks.dismissed == 2);
}

BOOST_AUTO_TEST_CASE(a_rank_that_was_stopped_ends_the_run) {
  Played ranks;
  ranks.waiting.clear();
  ranks.post(1, Kind::leave, "");
  RankPool pool(ranks);
  BOOST_TEST(!pool.run([]() -> std::optional<Task> { return Task{1, ""}; }, [](const TaskResult&) {}, [] {}, nullptr));
}

BOOST_AUTO_TEST_CASE(a_rank_that_cannot_go_on_says_why) {
  Played ranks;
  {
    RankPool pool(ranks);
    BOOST_CHECK_EXCEPTION(ended(pool, {666}), StorageError, [](const StorageError& error) { return std::string(error.what()).ends_with("of 3: no space left"); });
    ranks.post(1, Kind::leave, "");
    ranks.post(2, Kind::leave, "");
  }
  BOOST_TEST(ranks.dismissed == 2);
}

BOOST_AUTO_TEST_SUITE_END()
