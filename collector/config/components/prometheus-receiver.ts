/** Receiver `prometheus`: scrapes targets that are listed, a part of Prometheus' own configuration. */
import Type from 'typebox'
import { defineComponent } from '../component.ts'
import { durationMillis } from '../duration.ts'
import { block, defaulted, list, optional, record, required, scalar } from '../shape.ts'
import { flag, name, oneOf, scrapeTarget, text, urlPath } from '../values.ts'

/** Prometheus writes durations in whole units, the largest first. */
const interval = scalar(
  Type.String({ pattern: '^(?=.*[1-9])([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$' }),
  'duration of whole units such as 15s or 1m30s',
  (value) => durationMillis(String(value)),
)
const discovery = 'static_configs: targets are listed'
const relabelling = 'leave it out: shape the metrics with the transform and filter processors'
const credentials = 'leave it out: targets are asked without credentials, so keep them on a private network'

const scrapeConfig = block(
  {
    job_name: required(name, 'Label `job` of everything scraped.'),
    scrape_interval: optional(interval, 'Time between scrapes; that of `global` if absent.'),
    scrape_timeout: optional(interval, 'Longest wait for a target; that of `global` if absent.'),
    metrics_path: defaulted(urlPath, '/metrics', 'Path of the exposition.'),
    scheme: defaulted(oneOf('http', 'https'), 'http', 'Whether targets speak TLS.'),
    honor_labels: defaulted(flag, false, 'Keeps the labels a target exposes over the ones it is given.'),
    honor_timestamps: defaulted(flag, true, 'Keeps the times a target exposes.'),
    static_configs: required(
      list(
        block({
          targets: required(list(scrapeTarget, 1_000), 'Targets, each host:port.'),
          labels: defaulted(
            record(text, '^[a-zA-Z_][a-zA-Z0-9_]*$'),
            {},
            'Labels of everything they expose.',
          ),
        }),
      ),
      'The targets.',
    ),
  },
  {
    ...Object.fromEntries(
      ['file_sd', 'http_sd', 'dns_sd', 'kubernetes_sd', 'consul_sd', 'ec2_sd', 'docker_sd'].map((kind) => [
        `${kind}_configs`,
        discovery,
      ]),
    ),
    relabel_configs: relabelling,
    metric_relabel_configs: relabelling,
    basic_auth: credentials,
    authorization: credentials,
    oauth2: credentials,
    bearer_token: credentials,
    bearer_token_file: credentials,
    tls_config: credentials,
    params: 'leave it out: targets are asked without a query',
    sample_limit: 'leave it out: a scrape is bounded by its bytes and series',
    label_limit: 'leave it out: a scrape is bounded by its bytes and series',
    body_size_limit: 'leave it out: a scrape is bounded by its bytes and series',
    proxy_url: 'leave it out: targets are asked directly',
    scrape_protocols: 'leave it out: text and OpenMetrics are understood',
  },
)

export const prometheusReceiver = defineComponent('receivers', 'prometheus', {
  says: 'Scrapes Prometheus targets that are listed.',
  signals: ['metrics'],
  body: block(
    {
      config: required(
        block(
          {
            global: defaulted(
              block(
                {
                  scrape_interval: defaulted(interval, '1m', 'Time between scrapes.'),
                  scrape_timeout: defaulted(interval, '10s', 'Longest wait for a target.'),
                },
                { external_labels: 'labels under static_configs, or the resource processor' },
              ),
              {},
              'What holds for every job.',
            ),
            scrape_configs: required(list(scrapeConfig), 'The jobs.'),
          },
          { rule_files: 'leave it out: rules run in Prometheus', scrape_config_files: 'scrape_configs' },
        ),
        'A part of Prometheus’ configuration; write `$$` for `$`.',
      ),
    },
    {
      target_allocator: 'config.scrape_configs',
      trim_metric_suffixes: 'leave it out: names stay as they are',
      report_extra_scrape_metrics: 'leave it out: `up` and the duration are reported',
      api_server: 'leave it out: scraping is seen in the collector’s own metrics',
      use_start_time_metric: 'leave it out: counters keep the start that was seen',
      start_time_metric_regex: 'leave it out: counters keep the start that was seen',
    },
  ),
  check: ({ config }, report) => {
    const jobs = new Set<string>()
    if (config.global.scrapeTimeout > config.global.scrapeInterval)
      report('config/global/scrape_timeout', 'a time not above scrape_interval')
    config.scrapeConfigs.forEach((job, index) => {
      const every = job.scrapeInterval ?? config.global.scrapeInterval
      const at = `config/scrape_configs/${index}`
      if ((job.scrapeTimeout ?? config.global.scrapeTimeout) > every && job.scrapeTimeout !== undefined)
        report(`${at}/scrape_timeout`, 'a time not above scrape_interval')
      if (jobs.has(job.jobName)) report(`${at}/job_name`, 'a name that no other job has')
      jobs.add(job.jobName)
    })
  },
})
