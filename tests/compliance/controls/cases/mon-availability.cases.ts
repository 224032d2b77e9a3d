/** Cases of the items of MON on what fails and what is down. */
import { together, type Cases } from '../cases.ts'
import { alert, config, elsewhere, hidden } from './mon.cases.ts'

const errors = (by: string) =>
  `sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) ${by}`
const successes = (by: string) => errors(by).replace('=~"5.."', '!~"5.."')
const probe = (interval: string, timeout: string) =>
  config(
    `  - job_name: a\n    metrics_path: /probe\n    scrape_interval: ${interval}\n    scrape_timeout: ${timeout}\n`,
  )

export const monAvailability: Readonly<Record<string, Cases>> = {
  'MON-04': {
    pass: [
      alert(errors('> 0.01'), '2m', 'critical'),
      alert(errors('* 100 > 1'), '2m', 'page'),
      // What came in five minutes.
      alert(
        'sum(http_requests_total{status="500"} - http_requests_total{status="500"} offset 5m) / sum(http_requests_total - http_requests_total offset 5m) > 0.01',
        '2m',
        'critical',
      ),
      // Written on what goes well.
      alert(`1 - ${successes('')} > 0.01`, '2m', 'critical'),
      alert(successes('< 0.99'), '2m', 'critical'),
      alert(`1 - (${errors('')}) < 0.99`, '2m', 'critical'),
      alert(
        '(sum(rate(http_requests_total[5m])) - sum(rate(http_requests_total{code=~"2..|3.."}[5m]))) / sum(rate(http_requests_total[5m])) > 0.01',
        '2m',
        'critical',
      ),
    ],
    fail: [
      alert(`1 - ${successes('')} > 0.05`, '2m', 'critical'),
      alert(successes('> 0.01'), '2m', 'critical'),
      alert(successes('< 0.9'), '2m', 'critical'),
      alert(`1 - ${successes('')} < 0.01`, '2m', 'critical'),
      // What is left of the errors is what went well.
      alert(
        '(sum(rate(http_requests_total[5m])) - sum(rate(http_requests_total{status=~"5.."}[5m]))) / sum(rate(http_requests_total[5m])) > 0.01',
        '2m',
        'critical',
      ),
      // The errors stand below the line.
      alert('sum(http_requests_total) / sum(http_requests_total{status=~"5.."}) > 0.01', '2m', 'critical'),
      // A minute is no number of requests.
      alert('rate(http_requests_total{status=~"5.."}[5m]) / 60 > 0.01', '2m', 'critical'),
      alert(
        'sum(http_requests_total - http_requests_total{status=~"5.."}) / sum(http_requests_total) > 0.01',
        '2m',
        'critical',
      ),
      alert(errors('> 0.05'), '2m', 'critical'),
      alert(errors('> 0.01'), '2m', 'warning'),
      alert('rate(http_requests_total{status=~"5.."}[5m]) > 10', '2m', 'critical'),
      alert(errors('> 0.01').replace('=~"5.."', '="405"'), '2m', 'critical'),
      alert(`1 - (${errors('')}) > 0.01`, '2m', 'critical'),
    ],
    unknown: [hidden, elsewhere],
    notApplicable: [],
  },
  'MON-08': {
    pass: [
      alert('up == 0'),
      alert('min(probe_success) < 1'),
      alert('1 - up > 0'),
      alert('avg_over_time(up[5m]) < 0.5'),
      alert('max by (instance) (up) == 0'),
      together(alert('probe_success == 0'), probe('30s', '10s')),
    ],
    fail: [
      alert('x == 0'),
      // Of one program, not of what is looked at.
      alert('pg_up == 0'),
      alert('1 - up == 0'),
      alert('changes(up[5m]) == 0'),
      alert('count(up) < 1'),
      // All of them have to be down.
      alert('sum(up) == 0'),
      probe('5m', '10s'),
      together(alert('probe_success == 0'), probe('30s', '20s')),
      // Nobody hears of what it finds.
      together(alert('up == 0'), probe('30s', '10s')),
      together(alert('x > 1'), probe('30s', '10s')),
    ],
    unknown: [hidden, elsewhere],
    notApplicable: [],
  },
}
