#pragma once

#include "main/doctor/report.hpp"

namespace ledactor::doctor {

/// The report for programs, as one JSON object with a newline at its end. Its keys are stable; more
/// may come. What is not known is null.
///
/// | key | value |
/// | --- | --- |
/// | `ok` | whether a run would work: there is no fault |
/// | `role`, `name`, `backend` | of the board; the backend is "gpiod" or "sim" |
/// | `chips` | GPIO chips: `path`, `name`, `label`, `lines` (a count), `fault` |
/// | `chip` | the chosen one: `path`, `name`, `label`, `lines`, `why`; or null |
/// | `lines` | configured lines: `role` ("LED 1", "button 1", "control"), `wanted` (as configured:
/// | |         | a number or a text), `offset`, `name`, `direction` ("input" or "output", now), |
/// |         | `user` (the consumer; null: nobody), `free` |
/// | `user` | of this process: `name`, `uid`, `groups` (texts) |
/// | `keys` | key files: `file`, `fingerprint` (null: it holds no key that can be used) |
/// | `link` | `wire` ("native", "ece387", "any"), `key_used` (ledactor's own boards get in with it
/// |        | alone), `encrypted` (every link is, whoever is at its other end) |
/// | `network` | `address`, `port`: where a server listens, or a client's server; `interfaces`: |
/// |           | `name`, `up`, `carrier`, `addresses` |
/// | `wiring` | the drawing, a text a line |
/// | `checks` | all findings: `section`, `mark` ("ok", "note", "warning", "fault"), `text`, `cure`
/// | | `faults`, `warnings` | those of the findings again: `text`, `cure` |
std::string to_json(const report& r);

}  // namespace ledactor::doctor
