package metrics

import (
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
)

// Description is one metric: all that a reader of the reference needs.
type Description struct {
	Name   string
	Type   string // counter, gauge, histogram
	Labels []string
	Help   string
}

// Describe returns every metric of this package, sorted by name.
func Describe() []Description {
	all := append(counted(), scraped()...)
	slices.SortFunc(all, func(a, b Description) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// counted are the metrics that events and requests move.
func counted() []Description {
	return []Description{buildInfo, transitionLateness, operationDuration, stepsTotal, apiRequestsTotal, apiRequestDuration, apiThrottledTotal}
}

// scraped are the metrics that a scrape takes from the fleet as it is then.
func scraped() []Description {
	return []Description{ready, instances, instanceInfo, instanceMatches, nextTransition, instanceLastLook, oldestLook, lastList, planSteps,
		budgetLimit, budgetRemaining, configSuccessful, configTimestamp, credentials, vaultTokenExpiry, holds, pausedSeconds, savingsDollars}
}

// The metrics. A Description is data; what registers it is made from it below, so that the
// reference can't differ from what is exported.
var (
	buildInfo = Description{"aurad_build_info", "gauge", []string{"version", "goversion"},
		"A metric with the constant value 1, labelled with what this aurad was built from."}
	ready = Description{"aurad_ready", "gauge", nil,
		"Whether every instance of the fleet file has been looked at since the start (1) or not yet (0)."}
	instances = Description{"aurad_instances", "gauge", []string{"desired", "live"},
		"Instances of the fleet file by the state they should be in and the state they were last seen in."}
	instanceInfo = Description{"aurad_instance_info", "gauge", []string{"key", "type", "schedule", "desired", "live", "credential"},
		"A metric with the constant value 1 per instance, labelled with its tier, its schedule and its states."}
	instanceMatches = Description{"aurad_instance_matches", "gauge", []string{"key"},
		"Whether the instance is as the fleet file says (1), or something is to be done, under way or blocked (0)."}
	nextTransition = Description{"aurad_instance_next_transition_timestamp_seconds", "gauge", []string{"key", "state"},
		"When the desired state of the instance changes next, and to which state. Absent if it never does."}
	instanceLastLook = Description{"aurad_instance_last_look_timestamp_seconds", "gauge", []string{"key"},
		"When the instance was last looked at in detail. Absent if it does not exist or was not looked at yet."}
	oldestLook = Description{"aurad_oldest_look_age_seconds", "gauge", nil,
		"Age of the oldest of the newest looks at each live instance of the fleet file."}
	lastList = Description{"aurad_last_list_timestamp_seconds", "gauge", nil,
		"When the newest complete list of live instances was asked for."}
	planSteps = Description{"aurad_plan_steps", "gauge", []string{"verb", "cause"},
		"Steps of the current plan by what they do and why. The verbs blocked, wait and hold only speak."}
	transitionLateness = Description{"aurad_transition_lateness_seconds", "histogram", []string{"verb"},
		"Time from a schedule's edge to the moment Aura accepted the pause or the resume; 0 when it was early."}
	operationDuration = Description{"aurad_operation_duration_seconds", "histogram", []string{"verb"},
		"Time from Aura accepting a change to the look that saw it done."}
	stepsTotal = Description{"aurad_steps_total", "counter", []string{"verb", "cause", "outcome"},
		"Steps by what they do, why, and how they went: started (accepted by Aura), finished (seen done), failed."}
	apiRequestsTotal = Description{"aurad_api_requests_total", "counter", []string{"method", "endpoint", "code"},
		"Requests sent to the Aura API by route and HTTP status; code is error when no answer came."}
	apiRequestDuration = Description{"aurad_api_request_duration_seconds", "histogram", []string{"method", "endpoint"},
		"Time from sending a request to the Aura API to the header of its answer; waiting for the budget is not included."}
	apiThrottledTotal = Description{"aurad_api_throttled_total", "counter", nil,
		"Answers of the Aura API that said too many requests (429)."}
	budgetLimit = Description{"aurad_api_budget_limit_requests", "gauge", nil,
		"Requests that aurad may send in any 60 seconds."}
	budgetRemaining = Description{"aurad_api_budget_remaining_requests", "gauge", nil,
		"Requests that aurad may still send at this moment."}
	configSuccessful = Description{"aurad_config_last_reload_successful", "gauge", nil,
		"Whether the fleet file was in order when it was last read (1), or an older one is in force (0)."}
	configTimestamp = Description{"aurad_config_last_reload_success_timestamp_seconds", "gauge", nil,
		"When the fleet file in force was read."}
	credentials = Description{"aurad_credentials", "gauge", []string{"state"},
		"Instances of the fleet file by where their password is: stored; spooled (safe here, not in the store yet); unknown (adopted, never seen); lost; unanswered (a create of which nothing more is known)."}
	vaultTokenExpiry = Description{"aurad_vault_token_expiry_timestamp_seconds", "gauge", nil,
		"When the Vault token runs out unless it is renewed. Absent without Vault and for tokens that don't run out."}
	holds = Description{"aurad_holds", "gauge", []string{"state"},
		"Holds in force by the state they keep an instance in."}
	pausedSeconds = Description{"aurad_instance_paused_seconds_total", "counter", []string{"key"},
		"Time the instance was seen paused."}
	savingsDollars = Description{"aurad_instance_estimated_savings_dollars_total", "counter", []string{"key"},
		"Estimate, from list prices or those of the fleet file, of what being paused saved. Absent where no price is known."}
)

func (d Description) counter() *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: d.Name, Help: d.Help}, d.Labels)
}

func (d Description) gauge() *prometheus.GaugeVec {
	return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: d.Name, Help: d.Help}, d.Labels)
}

func (d Description) histogram(buckets []float64) *prometheus.HistogramVec {
	return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: d.Name, Help: d.Help, Buckets: buckets}, d.Labels)
}

func (d Description) desc() *prometheus.Desc {
	return prometheus.NewDesc(d.Name, d.Help, d.Labels, nil)
}

// sample is one value of d at the moment of a scrape.
func (d Description) sample(ch chan<- prometheus.Metric, value float64, labels ...string) {
	kind := prometheus.GaugeValue
	if d.Type == "counter" {
		kind = prometheus.CounterValue
	}
	ch <- prometheus.MustNewConstMetric(d.desc(), kind, value, labels...)
}
