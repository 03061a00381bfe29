{{- /* The release's name, with "wagate" in it. Short: a StatefulSet's name and a hash of 11 have to fit into a label. */ -}}
{{- define "wagate.name" -}}
{{- $name := ternary .Release.Name (printf "%s-wagate" .Release.Name) (contains "wagate" .Release.Name) -}}
{{- $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- /* Takes [root, component]: what selects the pods of hosts, api, nats or test. Never changed: selectors cannot be. */ -}}
{{- define "wagate.selector" -}}
app.kubernetes.io/name: wagate
app.kubernetes.io/instance: {{ (index . 0).Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "wagate.labels" -}}
{{- $root := index . 0 -}}
{{ include "wagate.selector" . }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version }}
{{- end -}}

{{- /* Whose pods serve the API: with sqlite it runs beside the session host, on the same volume. */ -}}
{{- define "wagate.apiComponent" -}}
{{- ternary "hosts" "api" (eq .Values.store "sqlite") -}}
{{- end -}}

{{- /* The Secret with WAGATE_ADMIN_KEY, WAGATE_NATS_TOKEN, WAGATE_SECRETS_KEY and WAGATE_METRICS_TOKEN. */ -}}
{{- define "wagate.secret" -}}
{{- .Values.secrets.existing | default (printf "%s-keys" (include "wagate.name" .)) -}}
{{- end -}}

{{- /* The Secret with WAGATE_AUTH_KEY. */ -}}
{{- define "wagate.authSecret" -}}
{{- .Values.secrets.existing | default (printf "%s-auth" (include "wagate.name" .)) -}}
{{- end -}}

{{- /* The NATS servers of this release by name, each with the port that is given: [root, what stands before a name, port]. */ -}}
{{- define "wagate.natsServers" -}}
{{- $root := index . 0 -}}
{{- $name := printf "%s-nats" (include "wagate.name" $root) -}}
{{- $servers := list -}}
{{- range $ordinal := until (int $root.Values.nats.replicas) -}}
{{- $servers = append $servers (printf "%s%s-%d.%s:%v" (index $ 1) $name $ordinal $name (index $ 2)) -}}
{{- end -}}
{{- join "," $servers -}}
{{- end -}}

{{- /* Bytes of a NATS volume that the log of events may take: four fifths. */ -}}
{{- define "wagate.natsStore" -}}
{{- $size := .Values.nats.storage.size -}}
{{- $mebibytes := dict "Mi" 1 "Gi" 1024 "Ti" 1048576 -}}
{{- div (mul (trimSuffix (regexFind "..$" $size) $size | int64) (get $mebibytes (regexFind "..$" $size)) 1048576 4) 5 -}}
{{- end -}}
