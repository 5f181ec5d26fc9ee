import { KEY } from './labels.ts';

/** GCE_METADATA_HOST is what Google's own libraries know. A machine without this key has no orders: only the list of keys tells that from silence. */
export const RESTORE_ORDERS = `at="http://\${GCE_METADATA_HOST:-metadata.google.internal}/computeMetadata/v1/instance/attributes/"
ask() { if command -v curl > /dev/null; then curl -fsS --max-time 10 -H 'Metadata-Flavor: Google' "$at$1"; else wget -q -T 10 -O - --header 'Metadata-Flavor: Google' "$at$1"; fi; }
keys=$(ask '')
case "
$keys
" in *"
${KEY.restore}
"*) ask ${KEY.restore} ;; esac
`;
