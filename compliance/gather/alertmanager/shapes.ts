/** What Alertmanager knows in its configuration (0.2x). */
import type { Shape } from '../shapes/shape.ts'

function each(shape: Shape, names: string): Record<string, Shape> {
  return Object.fromEntries(names.split(' ').map((name) => [name, shape]))
}

const http: Record<string, Shape> = { http_config: 'any', send_resolved: 'boolean' }

const pagerduty: Shape = {
  keys: {
    ...each(
      'text',
      'routing_key routing_key_file service_key service_key_file url client client_url description severity source class component group',
    ),
    details: { every: 'any' },
    ...each({ list: 'any' }, 'images links'),
    timeout: 'duration',
    ...http,
  },
}
const webhook: Shape = {
  keys: {
    ...each('text', 'url url_file'),
    max_alerts: 'number',
    timeout: 'duration',
    payload: 'any',
    ...http,
  },
}
const email: Shape = {
  keys: {
    ...each(
      'text',
      'to from smarthost hello auth_username auth_password auth_password_file auth_secret auth_secret_file auth_identity html text',
    ),
    require_tls: 'boolean',
    ...each('any', 'tls_config headers force_implicit_tls threading'),
    send_resolved: 'boolean',
  },
  required: ['to'],
}
const slack: Shape = {
  keys: {
    ...each(
      'text',
      'api_url api_url_file app_token app_token_file app_url channel icon_emoji icon_url username color fallback pretext text title title_link callback_id footer image_url thumb_url message_text',
    ),
    ...each('any', 'actions fields mrkdwn_in timeout update_message'),
    ...each('boolean', 'link_names short_fields'),
    ...http,
  },
}

const receiver: Shape = {
  keys: {
    name: 'text',
    pagerduty_configs: { list: pagerduty },
    webhook_configs: { list: webhook },
    email_configs: { list: email },
    slack_configs: { list: slack },
    ...each(
      { list: 'any' },
      'opsgenie_configs victorops_configs pushover_configs wechat_configs sns_configs telegram_configs webex_configs msteams_configs msteamsv2_configs discord_configs jira_configs rocketchat_configs incidentio_configs mattermost_configs',
    ),
  },
  required: ['name'],
}

/** Routes stand in routes: each is compared by itself, `routes` as anything. */
export const routeShape: Shape = {
  keys: {
    receiver: 'text',
    group_by: { list: 'text' },
    match: { every: 'text' },
    match_re: { every: 'text' },
    matchers: { list: 'text' },
    continue: 'boolean',
    routes: { list: 'any' },
    ...each('duration', 'group_wait group_interval repeat_interval'),
    ...each({ list: 'text' }, 'mute_time_intervals active_time_intervals'),
  },
}

export const configShape: Shape = {
  keys: {
    global: {
      keys: {
        ...each(
          'text',
          'smtp_from smtp_hello smtp_smarthost smtp_auth_username smtp_auth_password smtp_auth_password_file smtp_auth_secret smtp_auth_secret_file smtp_auth_identity slack_api_url slack_api_url_file slack_app_token slack_app_token_file slack_app_url victorops_api_key victorops_api_key_file victorops_api_url pagerduty_url opsgenie_api_key opsgenie_api_key_file opsgenie_api_url wechat_api_url wechat_api_secret wechat_api_secret_file wechat_api_corp_id telegram_api_url telegram_bot_token telegram_bot_token_file webex_api_url rocketchat_api_url rocketchat_token rocketchat_token_file rocketchat_token_id rocketchat_token_id_file jira_api_url mattermost_webhook_url mattermost_webhook_url_file',
        ),
        smtp_require_tls: 'boolean',
        ...each('any', 'smtp_tls_config smtp_force_implicit_tls http_config'),
        resolve_timeout: 'duration',
      },
    },
    templates: { list: 'text' },
    route: 'any',
    receivers: { list: receiver },
    inhibit_rules: {
      list: {
        keys: {
          name: 'text',
          ...each({ every: 'text' }, 'source_match source_match_re target_match target_match_re'),
          ...each({ list: 'text' }, 'source_matchers target_matchers equal'),
          sources: { list: 'any' },
        },
      },
    },
    ...each(
      { list: { keys: { name: 'text', time_intervals: { list: 'any' } }, required: ['name'] } },
      'time_intervals mute_time_intervals',
    ),
    tracing: 'any',
  },
  required: ['route'],
}
