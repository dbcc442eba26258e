import { officialName } from './official.js';
import { DOCKER_HUB, type ImageReference } from './reference.js';

/** An image made to build programs in: it carries compilers or what else only building needs. */
export interface BuildImage {
  /** `only`: nothing in it serves at run time but what another image has as well. `also`: programs run on it, too. */
  readonly purpose: 'only' | 'also';
  /** An image to run the result on. */
  readonly runtime: string;
}

const OFFICIAL: Readonly<Record<string, BuildImage>> = {
  golang: { purpose: 'only', runtime: 'gcr.io/distroless/static' },
  rust: { purpose: 'only', runtime: 'debian:stable-slim' },
  gcc: { purpose: 'only', runtime: 'debian:stable-slim' },
  'buildpack-deps': { purpose: 'only', runtime: 'debian:stable-slim' },
  haskell: { purpose: 'only', runtime: 'debian:stable-slim' },
  swift: { purpose: 'only', runtime: 'swift:slim' },
  dart: { purpose: 'only', runtime: 'scratch' },
  maven: { purpose: 'only', runtime: 'eclipse-temurin:…-jre' },
  gradle: { purpose: 'only', runtime: 'eclipse-temurin:…-jre' },
  clojure: { purpose: 'only', runtime: 'eclipse-temurin:…-jre' },
  elixir: { purpose: 'also', runtime: 'debian:stable-slim' },
  mono: { purpose: 'also', runtime: 'mono:slim' },
  node: { purpose: 'also', runtime: 'node:…-slim' },
  openjdk: { purpose: 'also', runtime: 'eclipse-temurin:…-jre' },
  'eclipse-temurin': { purpose: 'also', runtime: 'eclipse-temurin:…-jre' },
  amazoncorretto: { purpose: 'also', runtime: 'eclipse-temurin:…-jre' },
  sapmachine: { purpose: 'also', runtime: 'eclipse-temurin:…-jre' },
};

/** Other publishers' images, by registry and path. */
const PUBLISHED: readonly (readonly [RegExp, BuildImage])[] = [
  [
    /^mcr\.microsoft\.com\/dotnet\/(?:core\/|nightly\/)?sdk$/,
    { purpose: 'only', runtime: 'mcr.microsoft.com/dotnet/aspnet' },
  ],
  [/^mcr\.microsoft\.com\/openjdk\/jdk$/, { purpose: 'also', runtime: 'eclipse-temurin:…-jre' }],
  [
    /^(?:rustlang\/rust|clux\/muslrust|ekidd\/rust-musl-builder|messense\/rust-musl-cross)$/,
    { purpose: 'only', runtime: 'gcr.io/distroless/static' },
  ],
  [
    /^(?:sbtscala\/scala-sbt|hseeberger\/scala-sbt|mozilla\/sbt)$/,
    { purpose: 'only', runtime: 'eclipse-temurin:…-jre' },
  ],
  [
    /^(?:azul\/zulu-openjdk(?:-[a-z]+)?|ibm-semeru-runtimes|adoptopenjdk\/openjdk\d+|bellsoft\/liberica-openjdk-[a-z]+)$/,
    { purpose: 'also', runtime: 'eclipse-temurin:…-jre' },
  ],
  [/^(?:emscripten\/emsdk|trzeci\/emscripten)$/, { purpose: 'only', runtime: 'nginx' }],
  [/^(?:cirrusci\/flutter|ghcr\.io\/cirruslabs\/flutter)$/, { purpose: 'only', runtime: 'nginx' }],
];

/** Tags of these images that leave the compiler out. */
const RUNTIME_TAG = /(?:^|[-.\d])jre|runtime|(?:^|-)slim-?(?:$|[a-z])/;

/** What kind of build image this is; undefined for one made to run programs, and where that cannot be told. */
export function buildImageOf(reference: ImageReference): BuildImage | undefined {
  if (reference.unknown.has('registry') || reference.unknown.has('path')) return undefined;
  const tag = reference.tag?.value ?? '';
  const official = officialName(reference);
  if (official !== undefined) {
    if (official === 'node' || official === 'rust') return OFFICIAL[official];
    if (official === 'buildpack-deps' && /curl|scm/.test(tag)) return undefined;
    return RUNTIME_TAG.test(tag) || !Object.hasOwn(OFFICIAL, official) ? undefined : OFFICIAL[official];
  }
  const key = reference.registry === DOCKER_HUB ? reference.path : `${reference.registry}/${reference.path}`;
  if (key === 'microsoft/dotnet')
    return /sdk/.test(tag) ? { purpose: 'only', runtime: 'mcr.microsoft.com/dotnet/aspnet' } : undefined;
  if (key === 'nvidia/cuda')
    return /devel/.test(tag) ? { purpose: 'only', runtime: 'nvidia/cuda:…-runtime' } : undefined;
  return RUNTIME_TAG.test(tag) ? undefined : PUBLISHED.find(([pattern]) => pattern.test(key))?.[1];
}
