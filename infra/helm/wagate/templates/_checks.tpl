{{- /* What cannot work is refused here, each with a sentence that says what to do. values.schema.json refuses the rest. */ -}}
{{- define "wagate.checks" -}}
{{- $v := .Values -}}
{{- range $part := ternary (list "hosts" "api" "nats") (list "hosts" "api") $v.nats.enabled -}}
{{- if not (get $v $part).image -}}
{{- fail (printf "%s.image is missing: the image with its tag or digest, built from infra/images/%s.Dockerfile" $part (ternary "host" $part (eq $part "hosts"))) -}}
{{- end -}}
{{- if hasSuffix ":latest" (get $v $part).image -}}
{{- fail (printf "%s.image ends with :latest: give a tag that is never used again, or a digest, so that every pod runs the same" $part) -}}
{{- end -}}
{{- end -}}
{{- if eq $v.store "sqlite" -}}
{{- if or (ne (int $v.hosts.replicas) 1) (ne (int $v.api.replicas) 1) $v.api.autoscaling.enabled -}}
{{- fail "store sqlite is one file on one volume, for one pod with the API and one session host: set hosts.replicas=1, api.replicas=1 and api.autoscaling.enabled=false, or take store dynamodb" -}}
{{- end -}}
{{- else -}}
{{- range $name := list "region" "bucket" -}}
{{- if not (get $v.aws $name) -}}
{{- fail (printf "aws.%s is missing: store dynamodb needs it" $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if eq $v.nats.enabled (ne $v.nats.url "") -}}
{{- fail "which NATS? Set nats.url to one that is there, or nats.enabled=true for servers of this release; not both" -}}
{{- end -}}
{{- if and $v.nats.enabled (or $v.nats.ca $v.nats.tlsFirst) -}}
{{- fail "nats.ca and nats.tlsFirst are for a NATS of yours (nats.url): the servers of this release do not speak TLS" -}}
{{- end -}}
{{- if eq $v.secrets.generate (ne $v.secrets.existing "") -}}
{{- fail "which secrets? Set secrets.existing to the name of a Secret with WAGATE_ADMIN_KEY, WAGATE_NATS_TOKEN and WAGATE_AUTH_KEY (and WAGATE_METRICS_TOKEN with metrics.enabled), or secrets.generate=true; not both" -}}
{{- end -}}
{{- if and $v.secrets.generate (not $v.nats.enabled) -}}
{{- fail "secrets.generate makes a token that only servers of this release would know; the NATS of nats.url has one already: put it into a Secret and name that in secrets.existing" -}}
{{- end -}}
{{- if lt (int $v.hosts.terminationGracePeriodSeconds) (add (int $v.hosts.stopWithin) 15 | int) -}}
{{- fail "hosts.terminationGracePeriodSeconds has to be at least 15 s longer than hosts.stopWithin, or hosts are killed while they hand their sessions over" -}}
{{- end -}}
{{- if $v.nats.enabled -}}
{{- if lt (include "wagate.natsStore" . | int64) (int64 (get $v.hosts.settings "events_max_bytes" | default 1073741824)) -}}
{{- fail "nats.storage.size is too small: the log of events may take four fifths of it, and hosts.settings.events_max_bytes (1 GiB when it is not set) has to fit in" -}}
{{- end -}}
{{- end -}}
{{- if and $v.api.ingress.enabled (not $v.api.ingress.host) -}}
{{- fail "api.ingress.host is missing: the name under which the API is reached" -}}
{{- end -}}
{{- if and $v.api.ingress.enabled (not (get $v.api.settings "trusted_proxies")) -}}
{{- fail "api.settings.trusted_proxies is missing: the addresses of the ingress controller's pods, such as 10.244.0.0/16 with the network of all pods. Without them all callers have one address, and one of them who guesses keys shuts the others out of the admin routes" -}}
{{- end -}}
{{- if and $v.metrics.monitors (not $v.metrics.enabled) -}}
{{- fail "metrics.monitors needs metrics.enabled=true" -}}
{{- end -}}
{{- end -}}
