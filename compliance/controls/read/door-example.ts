/** Answers of doors for the pages of controls. */
import type { Example } from '../control.ts'

/** A door that answers its first page with these headers, and what else is given. */
export function doorExample(header: Readonly<Record<string, string>>, rest: object = {}): Example {
  const attributes = {
    url: 'https://campus.example',
    scheme: 'https',
    page: { status: 200, header },
    ...rest,
  }
  return { kind: 'http', type: 'door', attributes }
}

/** A server of nginx around the lines of one location. */
export function nginxExample(http: string, location: string, path = '/api/'): Example {
  const text = `events {}

http {
  server_tokens off;
${http}
  server {
    listen 443 ssl;
    server_name campus.example;

    location ${path} {
      proxy_pass http://app:5001;
${location}
    }
  }
}
`
  return { file: 'nginx.conf', text }
}
