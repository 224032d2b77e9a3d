/** Files for the pages of controls of containers: only what a control is about is said each time. */
import type { Example } from '../control.ts'

/** A Compose file with one service of an image, its further lines given. */
export function composeExample(...lines: readonly string[]): Example {
  const all = ['image: ghcr.io/campus/api:2.4.1', ...lines].map((line) => `    ${line}`)
  return { file: 'docker-compose.yml', text: `services:\n  api:\n${all.join('\n')}\n` }
}

/** A Deployment with one container, its further lines given, and those of the pod. */
export function podExample(container: readonly string[], pod: readonly string[] = []): Example {
  const lines = ['image: ghcr.io/campus/api:2.4.1', ...container].map((line) => `          ${line}`)
  const text = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: api
  namespace: campus
spec:
  selector:
    matchLabels: { app: api }
  template:
    metadata:
      labels: { app: api }
    spec:
${pod.map((line) => `      ${line}\n`).join('')}      containers:
        - name: api
${lines.join('\n')}
`
  return { file: 'k8s/api.yaml', text }
}

/** A Dockerfile. */
export function dockerfileExample(...lines: readonly string[]): Example {
  return { file: 'Dockerfile', text: `${lines.join('\n')}\n` }
}
