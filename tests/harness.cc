// The only C++ of the tree: hands the C tests of harness.h to GoogleTest.

#include "harness.h"

#include <gtest/gtest.h>

#include <ftw.h>

#include <cerrno>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <list>
#include <memory>
#include <string>
#include <vector>

extern "C" void harness_allocation_reset(void);
extern "C" const char *harness_leftovers(void);

namespace
{

struct Entry {
    std::string suite, name;
    const char *file;
    int line;
    harness_body *body;
};

// Constructors of the test files run before main, in any order: a function-local static is ready
// whenever the first of them comes.
std::vector<Entry> &entries()
{
    static std::vector<Entry> all;
    return all;
}

std::unique_ptr<testing::ScopedTrace> scope;
std::list<std::string> strings;
std::list<std::filesystem::path> folders;

// Of a folder of any depth, with few files open, which a test may have limited.
int remove_entry(const char *path, const struct stat *, int, struct FTW *)
{
    return std::remove(path);
}

class CTest : public testing::Test
{
  public:
    explicit CTest(harness_body *body) : body_(body)
    {
    }
    void TestBody() override
    {
        body_();
    }
    void TearDown() override
    {
        scope.reset();
        harness_allocation_reset();
        for (const auto &folder : folders)
            if (nftw(folder.c_str(), remove_entry, 16, FTW_DEPTH | FTW_PHYS) != 0)
                ADD_FAILURE() << "cannot remove " << folder << ": " << std::strerror(errno);
        folders.clear();
        strings.clear();
    }

  private:
    harness_body *body_;
};

// At the end of all tests that the program ran: of one, where ctest calls it.
class Leftovers : public testing::Environment
{
  public:
    void TearDown() override
    {
        if (const char *left = harness_leftovers())
            ADD_FAILURE() << "the tests left behind: " << left;
    }
};

// "…/test_parallel.c" is the suite "parallel".
std::string suite_of(const char *file)
{
    std::string stem = std::filesystem::path(file).stem().string();
    const std::string prefix = "test_";
    return stem.compare(0, prefix.size(), prefix) == 0 ? stem.substr(prefix.size()) : stem;
}

} // namespace

extern "C" void harness_register(const char *file, int line, const char *name, harness_body *body)
{
    entries().push_back({suite_of(file), name, file, line, body});
}

extern "C" bool harness_true(bool holds, const char *text, const char *file, int line)
{
    if (!holds)
        ADD_FAILURE_AT(file, line) << "expected: " << text;
    return holds;
}

extern "C" bool harness_equal_integer(long long got, long long expected, const char *text,
                                      const char *file, int line)
{
    if (got != expected)
        ADD_FAILURE_AT(file, line) << text << "\n       is: " << got << "\n expected: " << expected;
    return got == expected;
}

extern "C" bool harness_equal_text(const char *got, const char *expected, const char *text,
                                   const char *file, int line)
{
    bool equal = got && expected && std::strcmp(got, expected) == 0;
    if (!equal)
        ADD_FAILURE_AT(file, line) << text << "\n       is: " << (got ? got : "(null)")
                                   << "\n expected: " << (expected ? expected : "(null)");
    return equal;
}

extern "C" bool harness_contains(const char *got, const char *part, const char *text,
                                 const char *file, int line)
{
    bool contains = got && std::strstr(got, part);
    if (!contains)
        ADD_FAILURE_AT(file, line) << text << "\n              is: " << (got ? got : "(null)")
                                   << "\n expected within: " << part;
    return contains;
}

extern "C" bool harness_near(double got, double expected, double tolerance, const char *text,
                             const char *file, int line)
{
    bool near = std::fabs(got - expected) <= tolerance;
    if (!near)
        ADD_FAILURE_AT(file, line)
            << text << "\n       is: " << testing::PrintToString(got)
            << "\n expected: " << testing::PrintToString(expected) << " within " << tolerance;
    return near;
}

extern "C" void harness_skip(const char *reason, const char *file, int line)
{
    testing::internal::AssertHelper(testing::TestPartResult::kSkip, file, line, reason) =
        testing::Message();
}

extern "C" void harness_case(const char *format, ...)
{
    scope.reset();
    if (!format)
        return;
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    scope = std::make_unique<testing::ScopedTrace>("case", 0, text);
}

extern "C" const char *harness_folder(void)
{
    std::string path = (std::filesystem::temp_directory_path() / "furrow-test-XXXXXX").string();
    if (!mkdtemp(path.data()))
        ADD_FAILURE() << "no temporary folder: " << std::strerror(errno);
    folders.emplace_back(path);
    return strings.emplace_back(path).c_str();
}

extern "C" const char *harness_write(const char *folder, const char *name, const void *bytes,
                                     size_t size)
{
    std::filesystem::path path = std::filesystem::path(folder) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file.write(static_cast<const char *>(bytes), static_cast<std::streamsize>(size));
    if (!file.flush())
        ADD_FAILURE() << "cannot write " << path;
    return strings.emplace_back(path.string()).c_str();
}

int main(int argc, char **argv)
{
    testing::InitGoogleTest(&argc, argv);
    for (const Entry &entry : entries())
        testing::RegisterTest(entry.suite.c_str(), entry.name.c_str(), nullptr, nullptr, entry.file,
                              entry.line,
                              [body = entry.body]() -> testing::Test * { return new CTest(body); });
    testing::AddGlobalTestEnvironment(new Leftovers);
    return RUN_ALL_TESTS();
}
