import { wordsOf } from './words.js';

/** A value that nobody uses in earnest, or that anyone would try first. `value` is trimmed and not empty. */
export function isPlaceholder(name: string, value: string): boolean {
  return isBlank(value) || INSTRUCTION.test(value) || /EXAMPLE(?:KEY)?$/.test(value) || isWeak(name, value);
}

/** `<token>`, `[token]`, `****`, `xxxx`, `...`: a gap to be filled. */
function isBlank(value: string): boolean {
  return (
    /^(?:<[^>]*>|\[[^\]]*\]|\{[^}]*\})$/.test(value) ||
    /^(?:\*+|x{3,}|\.{2,}|-+|_+|\?+|#+|0+)$/i.test(value) ||
    /x{8}|\*{4}/i.test(value)
  );
}

/** The value tells what belongs there. */
const INSTRUCTION =
  /change[-_ ]?(?:me|this|it|in)|replace[-_ ]?(?:me|this|with)|^to[-_ ]?be[-_ ]|^(?:your|my)[-_ ]?(?:own[-_ ]?)?\w*[-_ ]?(?:password|pass|secret|token|key|api)|^your[-_ ]?(?:strong|secure)|^(?:insert|enter|update|generate)[-_ ]|place[-_ ]?holder|^(?:put|set|add|fill)[-_ ]\w+[-_ ](?:here|in|me)|[-_ ]?here$|[-_ ]here[0-9]{1,3}$|not[-_ ]?(?:a|so|really)?[-_ ]?(?:real|secret|secure|used|needed|for[-_ ]prod)|in[-_ ]?secure|(?:^|[-_ ])(?:dummy|fake|mock|sample|example|placeholder|todo|tbd|fixme|redacted|removed|hidden|masked)(?:$|[-_ ])/i;

/** Words that default accounts and tutorials use; digits and marks around them do not make them better. */
const WEAK = new Set(
  `password passwd passwort passw0rd passwrd pass pwd pw secret secrets supersecret topsecret verysecret mysecret mypassword token
  tokens key apikey privatekey root toor admin administrator user username guest public test testing tester tests dev develop
  development local localhost demo docker compose example foo bar baz foobar qwerty letmein welcome default empty unset postgres
  postgresql mysql mariadb mongo mongodb redis rabbit rabbitmq sa app wordpress keycloak minio minioadmin sonar drupal joomla ghost
  nextcloud gitea grafana airflow superset zabbix django laravel symfony sail homestead magento elastic kibana neo4j`.split(
    /\s+/,
  ),
);

function isWeak(name: string, value: string): boolean {
  if (/^(?:0123456789abcdef){1,8}$/i.test(value)) return true;
  if (/^(?:0?123456?7?8?9?0?|1{4,}|abc123|abcd1234|1q2w3e4r)$/.test(value)) return true;
  const words = wordsOf(value);
  if (isWeakWord(words.join('')) || isWeakWord(wordsOf(value.replaceAll('@', 'a')).join(''))) return true;
  const named = wordsOf(name);
  // `KEYCLOAK_PASSWORD: keycloak`, `NPM_TOKEN: NPM_TOKEN`, `DB_PASSWORD: db_password`, `password: test_password`.
  return words.length > 0 && words.every((it) => named.includes(it) || WEAK.has(it.replace(/[0-9]{1,4}$/, '')));
}

function isWeakWord(letters: string): boolean {
  return WEAK.has(letters.replace(/^[0-9]{1,6}|[0-9]{1,6}$/g, ''));
}
