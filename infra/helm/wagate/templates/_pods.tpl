{{- /* What all pods have in common: [root, component]. */ -}}
{{- define "wagate.pod" -}}
{{- $root := index . 0 -}}
{{- $part := get $root.Values (index . 1) -}}
serviceAccountName: {{ include "wagate.name" $root }}-{{ index . 1 }}
# Where a role of IAM is wanted, the cloud's own webhook puts in a token of its own.
automountServiceAccountToken: false
# A Service called wagate would set WAGATE_PORT, among others, to an address.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
topologySpreadConstraints:
  {{- range $key := list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: {{ $root.Values.spread }}
    labelSelector:
      matchLabels:
        {{- include "wagate.selector" $ | nindent 8 }}
  {{- end }}
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with $part.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $part.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "wagate.securityContext" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{- /* Where stores and NATS are: the same for API and session hosts. */ -}}
{{- define "wagate.environment" -}}
- name: WAGATE_STORE
  value: {{ .Values.store }}
- name: WAGATE_DATA_DIR
  value: /var/lib/wagate
{{- if eq .Values.store "dynamodb" }}
- name: WAGATE_AWS_REGION
  value: {{ .Values.aws.region | quote }}
- name: WAGATE_BUCKET
  value: {{ .Values.aws.bucket | quote }}
- name: WAGATE_MEDIA_BYTES # the bucket has no end; each key has one
  value: "0"
- name: WAGATE_TABLE_PREFIX
  value: {{ .Values.aws.tablePrefix | quote }}
{{- with .Values.aws.endpointUrl }}
- name: WAGATE_AWS_ENDPOINT_URL
  value: {{ . | quote }}
{{- end }}
{{- with .Values.aws.credentialsSecret }}
{{- range $name := list "AWS_ACCESS_KEY_ID" "AWS_SECRET_ACCESS_KEY" }}
{{ include "wagate.fromSecret" (list $name $.Values.aws.credentialsSecret) }}
{{- end }}
{{- end }}
{{- end }}
- name: WAGATE_NATS_URL
  value: {{ ternary (include "wagate.natsServers" (list . "nats://" 4222)) .Values.nats.url .Values.nats.enabled | quote }}
{{ include "wagate.fromSecret" (list "WAGATE_NATS_TOKEN" (include "wagate.secret" .)) }}
# Without it nothing is kept that has to stay secret; with sqlite it is a file of the volume then.
{{ include "wagate.fromSecret" (list "WAGATE_SECRETS_KEY" (include "wagate.secret" .)) }}
      optional: true
{{- with .Values.nats.ca }}
- name: WAGATE_NATS_CA
  value: {{ . | quote }}
{{- end }}
{{- if .Values.nats.tlsFirst }}
- name: WAGATE_NATS_TLS_FIRST
  value: "true"
{{- end }}
{{- with .Values.traces.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- end -}}

{{- /* A variable that is a key of a Secret: [name, Secret]. */ -}}
{{- define "wagate.fromSecret" -}}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ index . 1 }}
      key: {{ index . 0 }}
{{- end -}}

{{- /* hosts.settings or api.settings as variables. Whole numbers come as floats, and 1e+09 is no number to a setting. */ -}}
{{- define "wagate.settings" -}}
{{- range $name, $value := . }}
- name: WAGATE_{{ upper $name }}
  value: {{ if and (kindIs "float64" $value) (eq (floor $value) $value) }}{{ int64 $value | quote }}{{ else }}{{ $value | quote }}{{ end }}
{{- end }}
{{- end -}}

{{- /* The container of the API, in pods of its own or beside the session host. */ -}}
{{- define "wagate.apiContainer" -}}
- name: api
  image: {{ .Values.api.image }}
  args: [functions]
  ports:
    - name: http
      containerPort: 3000
  env:
    {{- include "wagate.environment" . | nindent 4 }}
    - name: WAGATE_HOST
      value: "0.0.0.0"
    - name: WAGATE_PORT
      value: "3000"
    {{- include "wagate.fromSecret" (list "WAGATE_ADMIN_KEY" (include "wagate.secret" .)) | nindent 4 }}
    {{- if .Values.metrics.enabled }}
    {{- include "wagate.fromSecret" (list "WAGATE_METRICS_TOKEN" (include "wagate.secret" .)) | nindent 4 }}
    {{- end }}
    {{- include "wagate.settings" .Values.api.settings | nindent 4 }}
  startupProbe:
    httpGet: { path: /health, port: http }
    periodSeconds: 2
    timeoutSeconds: 5
    failureThreshold: 30
  # The store, NATS and a session host answer; it takes up to 3 s when one does not.
  readinessProbe:
    httpGet: { path: /ready, port: http }
    periodSeconds: 5
    timeoutSeconds: 5
    failureThreshold: 3
  livenessProbe:
    httpGet: { path: /health, port: http }
    periodSeconds: 15
    timeoutSeconds: 5
    failureThreshold: 4
  # Until everybody knows that this pod is going, requests still come.
  lifecycle:
    preStop:
      sleep: { seconds: 5 }
  resources:
    {{- toYaml .Values.api.resources | nindent 4 }}
  {{- include "wagate.securityContext" . | nindent 2 }}
  volumeMounts:
    - name: tmp
      mountPath: /tmp
    {{- if eq .Values.store "sqlite" }}
    - name: data
      mountPath: /var/lib/wagate
    {{- end }}
{{- end -}}
