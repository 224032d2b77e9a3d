/** Cases of what listeners of load balancers speak. */
import { live, tf, type Cases } from '../cases.ts'

const listener = (lines: string) => tf(`resource "aws_lb_listener" "x" {\n${lines}\n}`)
/** A listener that redirects by default, with a rule beside it. */
const behind = (of: string, action: string) =>
  tf(`resource "aws_lb_listener" "x" {
    protocol = "HTTP"
    default_action {
      type = "redirect"
      redirect {
        protocol = "HTTPS"
        status_code = "HTTP_301"
      }
    }
  }
  resource "aws_lb_listener_rule" "x" {
    listener_arn = ${of === '' ? 'aws_lb_listener.x.arn' : of}
    ${action}
  }`)
const classic = (protocol: string) =>
  tf(`resource "aws_elb" "x" {
    listener {
      instance_port = 8080
      instance_protocol = "http"
      lb_port = 80
      lb_protocol = "${protocol}"
    }
  }`)
const proxy = (lines: string) =>
  tf(`resource "google_compute_url_map" "x" {
    name = "x"
    ${lines}
  }
  resource "google_compute_target_http_proxy" "x" {
    url_map = google_compute_url_map.x.id
  }`)
const web = (status: number, location: string) =>
  live('http', 'door', { url: 'http://campus.example', page: { status, header: { location } } })

/** A classic balancer, and the policy of its port. */
const classicTls = (beside: string) =>
  tf(
    `resource "aws_elb" "x" {\n listener {\n lb_port = 443\n lb_protocol = "https"\n instance_port = 80\n instance_protocol = "http"\n }\n}\n${beside}`,
  )
const negotiation = (...pairs: readonly string[]) => {
  const named = pairs.flatMap((name, at) =>
    at % 2 === 0 ? [`attribute {\n name = "${name}"\n value = "${pairs[at + 1] ?? ''}"\n}`] : [],
  )
  return `resource "aws_lb_ssl_negotiation_policy" "x" {\n name = "x"\n load_balancer = aws_elb.x.id\n lb_port = 443\n${named.join('\n')}\n}`
}

export const tlsListeners: Readonly<Record<string, Cases>> = {
  'TLS-01': {
    pass: [
      listener('protocol = "HTTPS"\n ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"'),
      listener('protocol = "TLS"\n ssl_policy = "ELBSecurityPolicy-FS-1-2-Res-2020-10"'),
      tf('resource "google_compute_ssl_policy" "x" {\n min_tls_version = "TLS_1_2"\n}'),
      live('http', 'tls', { protocol: { tls1_0: 'refused', tls1_1: 'refused' } }),
      classicTls(negotiation('Reference-Security-Policy', 'ELBSecurityPolicy-TLS-1-2-2017-01')),
      classicTls(negotiation('Protocol-TLSv1', 'false', 'Protocol-TLSv1.1', 'false')),
    ],
    fail: [
      classicTls(''),
      classicTls(negotiation('Reference-Security-Policy', 'ELBSecurityPolicy-2016-08')),
      classicTls(negotiation('Protocol-TLSv1', 'false', 'Protocol-TLSv1.1', 'true')),
      // The policy of another port.
      classicTls(negotiation('Protocol-TLSv1', 'false', 'Protocol-TLSv1.1', 'false').replace('443', '8443')),
      listener('protocol = "HTTPS"\n ssl_policy = "ELBSecurityPolicy-2016-08"'),
      listener('protocol = "HTTPS"'),
      tf('resource "google_compute_target_https_proxy" "x" {\n name = "x"\n}'),
      listener('protocol = "HTTPS"\n ssl_policy = "ELBSecurityPolicy-TLS13-1-0-2021-06"'),
      tf('resource "google_compute_ssl_policy" "x" {}'),
      live('http', 'tls', { protocol: { tls1_0: 'refused', tls1_1: 'accepted' } }),
    ],
    unknown: [
      classicTls(negotiation('Protocol-TLSv1.2', 'true')),
      classicTls(
        'resource "aws_load_balancer_listener_policy" "x" {\n load_balancer_name = aws_elb.x.name\n load_balancer_port = 443\n}',
      ),
      listener('protocol = "HTTPS"\n ssl_policy = var.policy'),
      tf('resource "google_compute_target_ssl_proxy" "x" {\n ssl_policy = var.policy\n}'),
      listener('protocol = var.protocol\n ssl_policy = "ELBSecurityPolicy-2016-08"'),
      live('http', 'tls', { protocol: { tls1_0: 'refused' } }),
    ],
    notApplicable: [
      tf('resource "aws_elb" "x" {\n listener {\n lb_port = 80\n lb_protocol = "http"\n }\n}'),
      listener('protocol = "HTTP"'),
      listener('load_balancer_arn = aws_lb.gateway.arn'),
    ],
  },
  'TLS-04': {
    pass: [
      listener('protocol = "HTTPS"'),
      listener(
        'protocol = "HTTP"\n default_action {\n type = "redirect"\n redirect {\n protocol = "HTTPS"\n status_code = "HTTP_301"\n }\n }',
      ),
      proxy('default_url_redirect {\n https_redirect = true\n}'),
      proxy(
        'default_url_redirect {\n https_redirect = true\n}\npath_matcher {\n default_url_redirect {\n https_redirect = true\n }\n}',
      ),
      behind(
        '',
        'action {\n type = "redirect"\n redirect {\n protocol = "HTTPS"\n status_code = "HTTP_301"\n }\n }',
      ),
      classic('https'),
      web(301, 'https://campus.example/'),
    ],
    fail: [
      listener('protocol = "HTTP"\n default_action {\n type = "forward"\n }'),
      listener(
        'protocol = "HTTP"\n default_action {\n type = "redirect"\n redirect {\n protocol = "HTTP"\n status_code = "HTTP_301"\n }\n }',
      ),
      proxy('default_service = "backend"'),
      proxy(
        'default_url_redirect {\n https_redirect = true\n}\npath_matcher {\n name = "api"\n default_service = "backend"\n}',
      ),
      proxy(
        'default_url_redirect {\n https_redirect = true\n}\npath_matcher {\n default_url_redirect {\n https_redirect = true\n }\n path_rule {\n paths = ["/api"]\n service = "backend"\n }\n}',
      ),
      behind('', 'action {\n type = "forward"\n }'),
      behind('', 'action {\n type = "redirect"\n redirect {\n path = "/"\n status_code = "HTTP_301"\n }\n }'),
      tf(
        'resource "aws_lb" "x" {}\nresource "aws_lb_listener" "x" {\n load_balancer_arn = aws_lb.x.arn\n port = 80\n}',
      ),
      classic('HTTP'),
      web(200, ''),
      web(302, 'https://campus.example/'),
      web(301, 'https://elsewhere.example/'),
    ],
    unknown: [
      tf('resource "aws_lb_listener" "x" {\n port = 80\n protocol = "TCP"\n}'),
      listener('port = 443'),
      behind('', 'action {\n type = var.type\n }'),
      behind('var.listener', 'action {\n type = "forward"\n }'),
      listener(
        'protocol = "HTTP"\n default_action {\n type = "redirect"\n redirect {\n protocol = var.p\n }\n }',
      ),
      listener('protocol = var.protocol'),
      listener('protocol = "HTTP"\n default_action {\n type = var.type\n }'),
      tf('resource "google_compute_target_http_proxy" "x" {\n url_map = var.map\n}'),
      live('http', 'door', 'does not answer: ECONNREFUSED'),
    ],
    notApplicable: [
      listener('protocol = "TCP"'),
      classic('tcp'),
      tf(
        'resource "aws_lb" "x" {\n load_balancer_type = "gateway"\n}\nresource "aws_lb_listener" "x" {\n load_balancer_arn = aws_lb.x.arn\n}',
      ),
      live('http', 'door', { url: 'http://127.0.0.1:5001', page: { status: 200, header: {} } }),
    ],
  },
}
