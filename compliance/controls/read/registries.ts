/** Where images may come from. */

/** Registries that say who pushed an image and scan what is pushed; a house's own account of one is one of them. */
const allowed: readonly RegExp[] = [
  /^docker\.io$/,
  /^ghcr\.io$/,
  /^quay\.io$/,
  /^(?:[a-z]+\.)?gcr\.io$/,
  /^[a-z0-9-]+-docker\.pkg\.dev$/,
  /^registry\.k8s\.io$/,
  /^mcr\.microsoft\.com$/,
  /^[a-z0-9]+\.azurecr\.io$/,
  /^public\.ecr\.aws$/,
  /^\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/,
  /^registry\.gitlab\.com$/,
  /^cgr\.dev$/,
  /^registry\.(?:access|connect)\.redhat\.com$/,
  /^registry\.redhat\.io$/,
  /^docker\.elastic\.co$/,
  /^nvcr\.io$/,
]

/** Takes the registry from an image; Docker's own where none is named. */
export function registryOf(image: string): string {
  const first = image.includes('/') ? image.slice(0, image.indexOf('/')) : ''
  return /[.:]|^localhost$/.test(first) ? first.toLowerCase() : 'docker.io'
}

/** True for a registry of the list. */
export function isAllowedRegistry(registry: string): boolean {
  const name = registry === 'index.docker.io' || registry === 'registry-1.docker.io' ? 'docker.io' : registry
  return allowed.some((pattern) => pattern.test(name))
}
