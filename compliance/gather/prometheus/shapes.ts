/**
 * What Prometheus knows in its configuration (3.x, with what 2.x knew) and in files of rules. The insides of service
 * discoveries other than files are not looked at.
 */
import type { Shape } from '../shapes/shape.ts'

/** Names the same shape for several keys. */
function each(shape: Shape, names: string): Record<string, Shape> {
  return Object.fromEntries(names.split(' ').map((name) => [name, shape]))
}

const labels: Shape = { every: 'text', key: /^[A-Za-z_]\w*$/ }

const relabeling: Shape = {
  list: {
    keys: {
      source_labels: { list: 'text' },
      ...each('text', 'separator target_label regex replacement'),
      modulus: 'number',
      action: {
        oneOf:
          'replace keep drop hashmod labelmap labeldrop labelkeep lowercase uppercase keepequal dropequal'.split(
            ' ',
          ),
      },
    },
  },
}

const tls: Shape = {
  keys: {
    ...each(
      'text',
      'ca cert key ca_file cert_file key_file ca_ref cert_ref key_ref server_name min_version max_version',
    ),
    insecure_skip_verify: 'boolean',
  },
}

const client: Record<string, Shape> = {
  basic_auth: {
    keys: each('text', 'username username_file username_ref password password_file password_ref'),
  },
  authorization: { keys: each('text', 'type credentials credentials_file credentials_ref') },
  tls_config: tls,
  ...each('any', 'oauth2 proxy_connect_header http_headers'),
  ...each('text', 'bearer_token bearer_token_file proxy_url no_proxy'),
  ...each('boolean', 'follow_redirects enable_http2 proxy_from_environment'),
}

const discoveries: Record<string, Shape> = {
  static_configs: { list: { keys: { targets: { list: 'text' }, labels } } },
  file_sd_configs: { list: { keys: { files: { list: 'text' }, refresh_interval: 'duration' } } },
  ...each(
    { list: 'any' },
    'azure_sd_configs aws_sd_configs consul_sd_configs digitalocean_sd_configs dns_sd_configs docker_sd_configs dockerswarm_sd_configs ec2_sd_configs eureka_sd_configs gce_sd_configs hetzner_sd_configs http_sd_configs ionos_sd_configs kubernetes_sd_configs kuma_sd_configs lightsail_sd_configs linode_sd_configs marathon_sd_configs nerve_sd_configs nomad_sd_configs openstack_sd_configs ovhcloud_sd_configs puppetdb_sd_configs scaleway_sd_configs serverset_sd_configs stackit_sd_configs triton_sd_configs uyuni_sd_configs vultr_sd_configs',
  ),
}

const limits: Record<string, Shape> = {
  ...each('any', 'body_size_limit scrape_protocols'),
  ...each(
    'number',
    'sample_limit target_limit label_limit label_name_length_limit label_value_length_limit keep_dropped_targets',
  ),
  ...each(
    'boolean',
    'always_scrape_classic_histograms scrape_classic_histograms convert_classic_histograms_to_nhcb scrape_native_histograms extra_scrape_metrics',
  ),
  ...each('text', 'metric_name_validation_scheme metric_name_escaping_scheme scrape_failure_log_file'),
}

const scheme: Shape = { oneOf: ['http', 'https'] }

/** One entry of `scrape_configs`. */
const scrapeShape: Shape = {
  keys: {
    ...each('text', 'job_name metrics_path scrape_fallback_protocol'),
    ...each('duration', 'scrape_interval scrape_timeout'),
    ...each('boolean', 'honor_labels honor_timestamps track_timestamps_staleness enable_compression'),
    ...each('number', 'native_histogram_bucket_limit native_histogram_min_bucket_factor'),
    scheme,
    params: { every: { list: 'text' } },
    ...limits,
    ...client,
    ...discoveries,
    ...each(relabeling, 'relabel_configs metric_relabel_configs'),
  },
  required: ['job_name'],
}

const remote: Record<string, Shape> = {
  ...each('text', 'url name'),
  remote_timeout: 'duration',
  headers: { every: 'text' },
  ...client,
}

/** `prometheus.yml`. */
export const configShape: Shape = {
  keys: {
    global: {
      keys: {
        ...each('duration', 'scrape_interval scrape_timeout evaluation_interval rule_query_offset'),
        external_labels: labels,
        query_log_file: 'text',
        ...limits,
      },
    },
    runtime: { keys: { gogc: 'number' } },
    alerting: {
      keys: {
        alert_relabel_configs: relabeling,
        alertmanagers: {
          list: {
            keys: {
              scheme,
              path_prefix: 'text',
              timeout: 'duration',
              api_version: { oneOf: ['v1', 'v2'] },
              sigv4: 'any',
              ...each(relabeling, 'relabel_configs alert_relabel_configs'),
              ...client,
              ...discoveries,
            },
          },
        },
      },
    },
    rule_files: { list: 'text' },
    scrape_config_files: { list: 'text' },
    scrape_configs: { list: scrapeShape },
    storage: { keys: { tsdb: 'any', exemplars: { keys: { max_exemplars: 'number' } } } },
    ...each('any', 'tracing otlp'),
    remote_write: {
      list: {
        keys: {
          ...remote,
          write_relabel_configs: relabeling,
          ...each('boolean', 'send_exemplars send_native_histograms round_robin_dns'),
          ...each('any', 'queue_config metadata_config sigv4 azuread google_iam protobuf_message'),
        },
        required: ['url'],
      },
    },
    remote_read: {
      list: {
        keys: {
          ...remote,
          required_matchers: { every: 'text' },
          ...each('boolean', 'read_recent filter_external_labels'),
        },
        required: ['url'],
      },
    },
  },
}

/** A file of rules. */
export const rulesShape: Shape = {
  keys: {
    groups: {
      list: {
        keys: {
          name: 'text',
          ...each('duration', 'interval query_offset'),
          limit: 'number',
          labels,
          rules: {
            list: {
              keys: {
                ...each('text', 'record alert expr'),
                ...each('duration', 'for keep_firing_for'),
                ...each(labels, 'labels annotations'),
              },
              required: ['expr'],
            },
          },
        },
        required: ['name'],
      },
    },
  },
}
