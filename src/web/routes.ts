/**
 * Which methods an address takes: what tells a wrong method (405) from a wrong address (404).
 */

import type { FastifyInstance } from 'fastify'

type Route = { readonly method: string; readonly segments: readonly string[] }

/** Notes each route as it is registered; the answer lists the methods that a path takes, none for an unknown path. */
export function noteRoutes(server: FastifyInstance): (path: string) => readonly string[] {
  const routes: Route[] = []
  server.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) routes.push({ method: name, segments: url.split('/') })
  })
  return (path) => {
    const asked = path.split('/')
    const fitting = routes.filter(({ segments }) => fits(segments, asked))
    return [...new Set(fitting.map(({ method }) => method))].sort()
  }
}

function fits(segments: readonly string[], asked: readonly string[]): boolean {
  const fit = (segment: string, index: number) =>
    segment === asked[index] || (segment.startsWith(':') && asked[index] !== '')
  return segments.length === asked.length && segments.every(fit)
}
