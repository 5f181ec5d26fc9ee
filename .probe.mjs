import { parseAllDocuments, LineCounter } from 'yaml';
function t(label, text, toJs=true){ const lc=new LineCounter(); const a=performance.now(); let out;
 try { const docs=parseAllDocuments(text,{lineCounter:lc,prettyErrors:false,uniqueKeys:false,version:'1.2',strict:true,logLevel:'silent', keepSourceTokens:false});
  const list=Array.isArray(docs)?docs:[docs];
  out=list.slice(0,3).map(d=>[d.errors.slice(0,3).map(e=>e.code+' '+e.message+' '+JSON.stringify(e.pos)),d.warnings.slice(0,2).map(e=>e.message)]);
  if(toJs) try{ for(const d of list){const j=d.toJS({maxAliasCount:50}); out.push(JSON.stringify(j)?.slice(0,60));} }catch(e){out.push('TOJS '+e.constructor.name+' '+e.message.slice(0,100));}
 } catch(e){ out='THROW '+e.constructor.name+' '+e.message.slice(0,100); }
 console.log(label,(performance.now()-a).toFixed(0)+'ms',JSON.stringify(out)?.slice(0,600)); }
t('alias','a: *x\n'); t('dup','a: 1\na: 2\n'); t('tab','a:\n\tb: 1\n'); t('nul','a: \0b\n'); t('nest1k','['.repeat(1000)); t('nest100k','['.repeat(100000)); t('nest100k{','{'.repeat(100000));
t('dash20k','- '.repeat(20000)+'x'); t('dash200k','- '.repeat(200000)+'x'); t('q','? '.repeat(50000)+'x'); t('keys', Array.from({length:150000},(_,i)=>'k'+i+':').join('\n'));
t('bomb','a: &a [1,1,1,1,1,1,1,1,1]\n'+'bcdefghi'.split('').map((c,i)=>`${c}: &${c} [${Array(9).fill('*'+'abcdefghi'[i]).join(',')}]`).join('\n'));
t('rec','a: &a [*a]\n'); t('tag','a: !foo 1\nb: !!js/function x\n'); t('dir','%YAML 1.1\n---\na: yes\n'); t('num','a: 1e999\nb: 0x1F\nc: 99999999999999999999\nd: .nan\n'); t('crlf','a: 1\r\nb: 2\r\n'); t('bom','\ufeffa: 1\n'); t('merge','a: &a {b: 1}\nc:\n  <<: *a\n'); t('proto','__proto__: {x: 1}\nconstructor: 2\n'); t('key','? [a, b]\n: 1\n? {x: 1}\n: 2\n'); t('docs','---\n'.repeat(100000)); t('empty',''); t('comment','# x\n'); t('2','a: 1\n---\nb: 1\n...\n---\n');
t('unclosed','a: "x\nb: 1\n'); t('ind','a: 1\n  b: 2\n c: 3\n'); t('anch','a: '+Array.from({length:30000},(_,i)=>`&x${i} `).join('')+'\n'); t('anch2',Array.from({length:50000},(_,i)=>`- &x${i} v\n- *x${i}`).join('\n')); t('flow', '{'+Array.from({length:100000},(_,i)=>'a'+i+': 1').join(', ')+'}'); t('comm','#\n'.repeat(300000)); t('quote','"'.repeat(300000)); t('colon',':'.repeat(500000)); t('colon2',': '.repeat(100000)); t('nl','\n'.repeat(1000000)); t('block','a: |\n'+' x\n'.repeat(300000)); t('brk', '[]'.repeat(200000)); t('amp','&'.repeat(500000)); t('excl','!'.repeat(300000)); t('indent',Array.from({length:1000},(_,i)=>' '.repeat(i)+'a:').join('\n'));
