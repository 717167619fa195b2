#include "main/doctor/user_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace ledactor::doctor {

namespace {

std::string group_name(gid_t id) {
  const auto* group = ::getgrgid(id);
  return group != nullptr ? group->gr_name : std::to_string(id);
}

}  // namespace

user_report find_user() {
  user_report report{.name = {}, .uid = ::geteuid(), .groups = {group_name(::getegid())}};
  const auto* user = ::getpwuid(report.uid);
  report.name = user != nullptr ? user->pw_name : std::to_string(report.uid);
  const int count = ::getgroups(0, nullptr);
  std::vector<gid_t> ids(static_cast<std::size_t>(std::max(count, 0)));
  const int got = ::getgroups(static_cast<int>(ids.size()), ids.data());
  ids.resize(static_cast<std::size_t>(std::max(got, 0)));
  for (const auto id : ids) {
    auto name = group_name(id);
    if (std::find(report.groups.begin(), report.groups.end(), name) == report.groups.end()) {
      report.groups.push_back(std::move(name));
    }
  }
  return report;
}

finding describe(const user_report& user) {
  return ok(fmt::format("{} (uid {}), in the group{} {}", user.name, user.uid,
                        user.groups.size() == 1 ? "" : "s", fmt::join(user.groups, ", ")));
}

}  // namespace ledactor::doctor
