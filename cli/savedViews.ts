/** Links that make the Temporal UI keep a view in the browser that opens them. */
export function savedViews(ui: string, namespace: string, quarter: string): { readonly name: string; readonly url: string }[] {
  const views: Readonly<Record<string, string>> = {
    'All drills': "WorkflowType = 'drill'",
    'Failed drills': "WorkflowType = 'drill' AND DrillVerdict = 'failed'",
    [`Drills of ${quarter}`]: `WorkflowType = 'drill' AND Quarter = '${quarter}'`,
    'RTO missed': "WorkflowType = 'drill' AND RtoMet = false",
  };
  return Object.entries(views).map(([name, query]) => ({
    name,
    url: `${ui}/namespaces/${namespace}/workflows?${new URLSearchParams({ query, savedQuery: name })}`,
  }));
}
