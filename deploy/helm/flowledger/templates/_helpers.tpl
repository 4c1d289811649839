{{- define "flowledger.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "flowledger.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains (include "flowledger.name" .) .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "flowledger.name" .) | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "flowledger.selector" -}}
app.kubernetes.io/name: {{ include "flowledger.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "flowledger.labels" -}}
{{ include "flowledger.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "flowledger.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "flowledger.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{- define "flowledger.image" -}}
{{- if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else }}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) }}
{{- end }}
{{- end }}

{{- define "flowledger.keysSecret" -}}
{{- if .Values.access.existingSecret }}
{{- .Values.access.existingSecret }}
{{- else if .Values.access.keys }}
{{- include "flowledger.fullname" . }}
{{- end }}
{{- end }}

{{- define "flowledger.clusterSecret" -}}
{{- if .Values.cluster.existingSecret }}
{{- .Values.cluster.existingSecret }}
{{- else if .Values.cluster.secret }}
{{- include "flowledger.fullname" . }}
{{- end }}
{{- end }}

{{/* What the schema of the values cannot say, since it is about several of them. */}}
{{- define "flowledger.check" -}}
{{- $keys := include "flowledger.keysSecret" . }}
{{- if not (or $keys .Values.access.byConfig .Values.access.insecure) }}
{{- fail "who is let in? Set access.existingSecret or access.keys (see docs/access.md), access.byConfig, or for a trial access.insecure" }}
{{- end }}
{{- if and .Values.access.insecure $keys }}
{{- fail "access.insecure lets in everybody: leave out the keys, or access.insecure" }}
{{- end }}
{{- if gt (int .Values.replicas) 1 }}
{{- if not .Values.kafka.bootstrapServers }}
{{- fail "several replicas need a Kafka that they share: set kafka.bootstrapServers, or replicas to 1" }}
{{- end }}
{{- if not (include "flowledger.clusterSecret" .) }}
{{- fail "several replicas need a secret that they share: set cluster.existingSecret or cluster.secret" }}
{{- end }}
{{- end }}
{{- if and .Values.tls.enabled (not .Values.tls.existingSecret) }}
{{- fail "tls.enabled needs tls.existingSecret, a Secret of type kubernetes.io/tls" }}
{{- end }}
{{- end }}
