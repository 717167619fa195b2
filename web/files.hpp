#pragma once

#include <string_view>

namespace ledactor::web {

/// A file of the page, built into the program.
struct page_file {
  std::string_view path;  ///< as it is asked for
  std::string_view type;
  std::string_view bytes;
};

/// The file at that path, or null.
const page_file* find_file(std::string_view path);

}  // namespace ledactor::web
