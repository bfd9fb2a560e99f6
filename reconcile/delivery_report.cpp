#include "reconcile/delivery_report.hpp"

#include "core/base/text.hpp"

#include <algorithm>

namespace hookd::reconcile {
namespace {

constexpr std::size_t k_most_named = 10;
constexpr std::size_t k_longest_name = 60;

std::string shown(const std::string& foreign) {
    return printable_line(foreign.substr(0, k_longest_name));
}

std::string count_of(const std::vector<Redelivery>& deliveries, const std::string& endpoint) {
    return std::to_string(deliveries.size()) +
           (deliveries.size() == 1 ? " delivery of " : " deliveries of ") + endpoint;
}

std::string named(const std::vector<Redelivery>& deliveries) {
    std::string text;
    const char* before = ": ";
    for (std::size_t i = 0; i < std::min(deliveries.size(), k_most_named); ++i) {
        const Attempt& last = deliveries[i].last;
        text += before + shown(last.event) + " " + shown(last.key) + " (" +
                outcome_of(deliveries[i]) + ")";
        before = ", ";
    }
    return deliveries.size() > k_most_named
               ? text + ", and " + std::to_string(deliveries.size() - k_most_named) + " more"
               : text;
}

}  // namespace

std::string outcome_of(const Redelivery& delivery) {
    const int status = delivery.last.status;
    if (status == 0) {
        return "no answer";
    }
    const std::string answered = "answered " + std::to_string(status);
    return status >= 200 && status < 300 ? answered + ", and not here" : answered;
}

std::string to_line(const DeliveryReport& report) {
    return "asked " + report.provider + " for " + count_of(report.asked, report.endpoint) +
           " that did not arrive" +
           (report.since ? " since " + to_rfc3339(*report.since) : std::string()) +
           named(report.asked);
}

std::string given_up_line(const DeliveryReport& report, const std::vector<Redelivery>& given_up) {
    return "gave up on " + count_of(given_up, report.endpoint) + " after at least " +
           std::to_string(k_most_attempts) + " tries each" + named(given_up);
}

}  // namespace hookd::reconcile
