import type { Standards } from './rule.js';

export interface StandardSection {
  /** The standard and its section, such as `CIS Docker Benchmark 4.1`. */
  readonly name: string;
  /** Where it can be read; absent where it cannot be read without an account. */
  readonly link?: string;
}

/** The sections that ask for what a rule checks, with the place where each can be read. */
export function standardSections({ cis = [], nist = [], owasp = [], cwe = [] }: Standards): readonly StandardSection[] {
  return [
    ...cis.map((it) => ({ name: `CIS Docker Benchmark ${it}` })),
    ...nist.map((it) => ({
      name: `NIST SP 800-190 ${it}`,
      link: 'https://nvlpubs.nist.gov/nistpubs/SpecialPublications/NIST.SP.800-190.pdf',
    })),
    ...owasp.map((it) => ({
      name: `OWASP Docker Security ${it}`,
      link: 'https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html',
    })),
    ...cwe.map((it) => ({ name: it, link: `https://cwe.mitre.org/data/definitions/${it.slice('CWE-'.length)}.html` })),
  ];
}

/** The same as plain text. */
export function standardsOf(standards: Standards): readonly string[] {
  return standardSections(standards).map((it) => it.name);
}
