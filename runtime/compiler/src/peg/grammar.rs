//! The grammar of Python 3.14 with the mistakes that CPython knows, as text in the notation of `notation`.
//!
//! It is only used on texts that do not parse, to find which mistake it is. Rules whose names begin with `bad_` are tried
//! in the second pass alone, as CPython's `invalid_` rules are, and in the same order.

/// Statements.
const STATEMENTS: &str = r#"
file: statements? ENDMARKER
eval: expressions NEWLINE* ENDMARKER
single: compound_stmt NEWLINE | simple_stmts | NEWLINE | ENDMARKER
statements: statement+
statement: compound_stmt | simple_stmts
simple_stmts: simple_stmt !';' NEWLINE | ';'.simple_stmt+ ';'? NEWLINE
simple_stmt: assignment | &"type" type_alias | star_expressions | &'return' return_stmt | &('import' | 'from') import_stmt
  | &'raise' raise_stmt | &'pass' pass_stmt | &'del' del_stmt | &'yield' yield_expr | &'assert' assert_stmt
  | &'break' break_stmt | &'continue' continue_stmt | &'global' global_stmt | &'nonlocal' nonlocal_stmt
compound_stmt: &('def' | '@' | 'async') function_def | &'if' if_stmt | &('class' | '@') class_def
  | &('with' | 'async') with_stmt | &('for' | 'async') for_stmt | &'try' try_stmt | &'while' while_stmt | match_stmt
assignment: NAME ':' expression ('=' annotated_rhs)?
  | ('(' single_target ')' | single_subscript_attribute_target) ':' expression ('=' annotated_rhs)?
  | (star_targets '=')+ annotated_rhs !'='
  | single_target augassign ~ annotated_rhs
  | bad_assignment
annotated_rhs: yield_expr | star_expressions
augassign: '+=' | '-=' | '*=' | '@=' | '/=' | '%=' | '&=' | '|=' | '^=' | '<<=' | '>>=' | '**=' | '//='
return_stmt: 'return' star_expressions?
raise_stmt: 'raise' expression ('from' expression)? | 'raise'
pass_stmt: 'pass'
break_stmt: 'break'
continue_stmt: 'continue'
global_stmt: 'global' ','.NAME+
nonlocal_stmt: 'nonlocal' ','.NAME+
del_stmt: 'del' del_targets &(';' | NEWLINE) | bad_del_stmt
assert_stmt: 'assert' expression (',' expression)?
import_stmt: bad_import | import_name | import_from
import_name: 'import' dotted_as_names
import_from: 'from' ('.' | '...')* dotted_name 'import' import_from_targets | 'from' ('.' | '...')+ 'import' import_from_targets
import_from_targets: '(' import_from_as_names ','? ')' | import_from_as_names !',' | '*' | bad_import_from_targets
import_from_as_names: ','.import_from_as_name+
import_from_as_name: bad_import_from_as_name | NAME ('as' NAME)?
dotted_as_names: ','.dotted_as_name+
dotted_as_name: bad_dotted_as_name | dotted_name ('as' NAME)?
dotted_name: NAME ('.' NAME)*
block: NEWLINE INDENT statements DEDENT | simple_stmts | bad_block
decorators: ('@' named_expression NEWLINE)+
class_def: decorators class_def_raw | class_def_raw
class_def_raw: bad_class_def_raw | 'class' NAME type_params? ('(' arguments? ')')? ':' block
function_def: decorators function_def_raw | function_def_raw
function_def_raw: bad_def_raw | 'async'? 'def' NAME type_params? '(' params? ')' ('->' expression)? ':' block
params: bad_parameters | parameters
annotation: ':' expression
param_no_default_star_annotation: NAME ':' star_expression ',' | NAME ':' star_expression &')'
if_stmt: bad_if_stmt | 'if' named_expression ':' block elif_stmt | 'if' named_expression ':' block else_block?
elif_stmt: bad_elif_stmt | 'elif' named_expression ':' block elif_stmt | 'elif' named_expression ':' block else_block?
else_block: bad_else_stmt | 'else' &&':' block
while_stmt: bad_while_stmt | 'while' named_expression ':' block else_block?
for_stmt: bad_for_stmt | 'async'? 'for' star_targets 'in' ~ star_expressions ':' block else_block? | bad_for_target
with_stmt: bad_with_stmt_indent | 'async'? 'with' '(' ','.with_item+ ','? ')' ':' block
  | 'async'? 'with' ','.with_item+ ':' block | bad_with_stmt
with_item: expression 'as' star_target &(',' | ')' | ':') | bad_with_item | expression
try_stmt: bad_try_stmt | 'try' &&':' block finally_block | 'try' &&':' block except_block+ else_block? finally_block?
  | 'try' &&':' block except_star_block+ else_block? finally_block?
except_block: bad_except_stmt_indent | 'except' expression ':' block | 'except' expression 'as' NAME ':' block
  | 'except' expressions ':' block | 'except' ':' block | bad_except_stmt
except_star_block: bad_except_star_stmt_indent | 'except' '*' expression ':' block
  | 'except' '*' expression 'as' NAME ':' block | 'except' '*' expressions ':' block | bad_except_star_stmt
finally_block: bad_finally_stmt | 'finally' &&':' block
match_stmt: "match" subject_expr ':' NEWLINE INDENT case_block+ DEDENT | bad_match_stmt
subject_expr: star_named_expression ',' star_named_expressions? | named_expression
case_block: bad_case_block | "case" patterns guard? ':' block
guard: 'if' named_expression
patterns: open_sequence_pattern | pattern
pattern: as_pattern | or_pattern
as_pattern: or_pattern 'as' pattern_capture_target | bad_as_pattern
or_pattern: '|'.closed_pattern+
closed_pattern: literal_pattern | pattern_capture_target | "_" | attr !('.' | '(' | '=') | group_pattern
  | sequence_pattern | mapping_pattern | class_pattern
literal_pattern: signed_number !('+' | '-') | complex_number | strings | 'None' | 'True' | 'False'
complex_number: signed_number '+' NUMBER | signed_number '-' NUMBER
signed_number: NUMBER | '-' NUMBER
pattern_capture_target: !"_" NAME !('.' | '(' | '=')
attr: NAME ('.' NAME)+
name_or_attr: attr | NAME
group_pattern: '(' pattern ')'
sequence_pattern: '[' maybe_sequence_pattern? ']' | '(' open_sequence_pattern? ')'
open_sequence_pattern: maybe_star_pattern ',' maybe_sequence_pattern?
maybe_sequence_pattern: ','.maybe_star_pattern+ ','?
maybe_star_pattern: star_pattern | pattern
star_pattern: '*' pattern_capture_target | '*' "_"
mapping_pattern: '{' '}' | '{' double_star_pattern ','? '}' | '{' items_pattern ',' double_star_pattern ','? '}'
  | '{' items_pattern ','? '}'
items_pattern: ','.key_value_pattern+
key_value_pattern: (literal_pattern | attr) ':' pattern
double_star_pattern: '**' pattern_capture_target
class_pattern: name_or_attr '(' ')' | name_or_attr '(' positional_patterns ','? ')' | name_or_attr '(' keyword_patterns ','? ')'
  | name_or_attr '(' positional_patterns ',' keyword_patterns ','? ')' | bad_class_pattern
positional_patterns: ','.pattern+
keyword_patterns: ','.keyword_pattern+
keyword_pattern: NAME '=' pattern
type_alias: "type" NAME type_params? '=' expression
type_params: bad_type_params | '[' ','.type_param+ ','? ']'
type_param: NAME (':' expression)? ('=' expression)? | bad_type_param | '*' NAME ('=' star_expression)?
  | '**' NAME ('=' expression)?
"#;

/// Expressions and targets.
const EXPRESSIONS: &str = r#"
expressions: expression (',' expression)+ ','? -> tuple | expression ',' -> tuple | expression
expression: bad_expression | bad_legacy_expression | disjunction 'if' disjunction 'else' expression -> conditional_expression
  | disjunction | lambdef
expression_quietly: disjunction 'if' disjunction 'else' expression -> conditional_expression | disjunction | lambdef
yield_expr: 'yield' 'from' expression -> yield_expression | 'yield' star_expressions? -> yield_expression
star_expressions: star_expression (',' star_expression)+ ','? -> tuple | star_expression ',' -> tuple | star_expression
star_expression: '*' bitwise_or -> starred | expression
star_named_expressions: ','.star_named_expression+ ','?
star_named_expression: '*' bitwise_or -> starred | named_expression
assignment_expression: NAME ':=' ~ expression -> named_expression
named_expression: assignment_expression | bad_named_expression | expression !':='
disjunction: conjunction ('or' conjunction)+ -> expression | conjunction
conjunction: inversion ('and' inversion)+ -> expression | inversion
inversion: 'not' inversion -> expression | comparison
comparison: bad_comparison | bitwise_or compare_op_pair+ -> comparison | bitwise_or
compare_op_pair: ('==' | '!=' | '<=' | '<' | '>=' | '>' | 'not' 'in' | 'in' | 'is' 'not' | 'is') bitwise_or
bitwise_or: bitwise_xor ('|' bitwise_xor)+ -> expression | bitwise_xor
bitwise_xor: bitwise_and ('^' bitwise_and)+ -> expression | bitwise_and
bitwise_and: shift_expr ('&' shift_expr)+ -> expression | shift_expr
shift_expr: sum (('<<' | '>>') sum)+ -> expression | sum
sum: bad_sum | term (('+' | '-') term)+ -> expression | term
term: bad_term | factor (('*' | '/' | '//' | '%' | '@') factor)+ -> expression | factor
factor: bad_factor | ('+' | '-' | '~') factor -> expression | power
power: await_primary '**' factor -> expression | await_primary
await_primary: 'await' primary -> await_expression | primary
@left primary: primary '.' NAME -> attribute | primary genexp -> function_call | primary '(' arguments? ')' -> function_call
  | primary '[' slices ']' -> subscript | atom
slices: slice !',' | ','.(slice | starred_expression)+ ','? -> tuple
slice: expression? ':' expression? (':' expression?)? -> expression | named_expression
atom: NAME -> name | 'True' -> True | 'False' -> False | 'None' -> None | &(STRING | FSTART | TSTART) strings
  | NUMBER -> literal | &'(' (tuple | group | genexp) | &'[' (list | listcomp) | &'{' (dict | set | dictcomp | setcomp)
  | '...' -> ellipsis
group: '(' a=(yield_expr | named_expression) ')' => a | bad_group
lambdef: 'lambda' lambda_params? ':' expression -> lambda
lambda_params: bad_lambda_parameters | lambda_parameters
strings: (fstring | STRING)+ -> strings | tstring+ -> strings
list: '[' star_named_expressions? ']' -> list
tuple: '(' (star_named_expression ',' star_named_expressions?)? ')' -> tuple
set: '{' star_named_expressions '}' -> set_display
dict: '{' double_starred_kvpairs? '}' -> dict_literal | '{' bad_double_starred_kvpairs '}'
double_starred_kvpairs: ','.double_starred_kvpair+ ','?
double_starred_kvpair: '**' bitwise_or | kvpair
kvpair: expression ':' expression
for_if_clauses: for_if_clause+
for_if_clause: 'async'? 'for' star_targets 'in' ~ disjunction ('if' disjunction)* | bad_for_if_clause | bad_for_target
listcomp: '[' named_expression for_if_clauses ']' -> list_comprehension | bad_comprehension
setcomp: '{' named_expression for_if_clauses '}' -> set_comprehension | bad_comprehension
genexp: '(' (assignment_expression | expression !':=') for_if_clauses ')' -> generator_expression | bad_comprehension
dictcomp: '{' kvpair for_if_clauses '}' -> dict_comprehension | bad_dict_comprehension
arguments: args ','? &')' | bad_arguments
args: ','.positional_argument+ (',' kwargs)? | kwargs
positional_argument: starred_expression | (assignment_expression | expression !':=') !'='
kwargs: ','.kwarg_or_starred+ ',' ','.kwarg_or_double_starred+ | ','.kwarg_or_starred+ | ','.kwarg_or_double_starred+
starred_expression: bad_starred_expression_unpacking | '*' expression -> starred | bad_starred_expression
kwarg_or_starred: bad_kwarg | NAME '=' expression -> keyword | starred_expression
kwarg_or_double_starred: bad_kwarg | NAME '=' expression -> keyword | '**' expression -> double_starred
star_targets: star_target !',' | star_target (',' star_target)* ','? -> tuple
star_target: '*' !'*' star_target -> starred | target_with_star_atom
target_with_star_atom: t_primary '.' NAME !t_lookahead -> attribute | t_primary '[' slices ']' !t_lookahead -> subscript | star_atom
star_atom: NAME -> name | '(' target_with_star_atom ')' | '(' (star_target ',' (','.star_target+ ','?)?)? ')' -> tuple
  | '[' (','.star_target+ ','?)? ']' -> list
single_target: single_subscript_attribute_target | NAME -> name | '(' single_target ')'
single_subscript_attribute_target: t_primary '.' NAME !t_lookahead -> attribute
  | t_primary '[' slices ']' !t_lookahead -> subscript
@left t_primary: t_primary '.' NAME &t_lookahead -> attribute | t_primary '[' slices ']' &t_lookahead -> subscript
  | t_primary genexp &t_lookahead -> function_call | t_primary '(' arguments? ')' &t_lookahead -> function_call
  | atom &t_lookahead
t_lookahead: '(' | '[' | '.'
del_targets: ','.del_target+ ','?
del_target: t_primary '.' NAME !t_lookahead | t_primary '[' slices ']' !t_lookahead | del_t_atom
del_t_atom: NAME | '(' del_target ')' | '(' del_targets? ')' | '[' del_targets? ']'
"#;

/// The parameters of functions and, with other names, of lambdas: `§` stands before the names of their rules, `¤` is
/// the token that ends them; what else is in capitals and no kind of token, `text` puts in.
const PARAMETERS: &str = r#"
§parameters: §slash_no_default §param_no_default* §param_with_default* §star_etc?
  | §slash_with_default §param_with_default* §star_etc? | §param_no_default+ §param_with_default* §star_etc?
  | §param_with_default+ §star_etc? | §star_etc
§slash_no_default: §param_no_default+ '/' ',' | §param_no_default+ '/' &¤
§slash_with_default: §param_no_default* §param_with_default+ '/' ',' | §param_no_default* §param_with_default+ '/' &¤
§star_etc: bad_§star_etc | '*' §param_no_default §param_maybe_default* §kwds? | '*' STAR_ANNOTATION §param_maybe_default* §kwds?
  | '*' ',' §param_maybe_default+ §kwds? | §kwds
§kwds: bad_§kwds | '**' §param_no_default
§param_no_default: a=§param ',' => a | a=§param &¤ => a
§param_with_default: §param §default ',' | §param §default &¤
§param_maybe_default: §param §default? ',' | §param §default? &¤
§param: NAME ANNOTATION
§default: '=' expression | bad_§default
bad_§default: a='=' &(¤ | ',') { a "expected default value expression" }
bad_§parameters: a='/' ',' { a "at least one argument must precede /" }
  | (§slash_no_default | §slash_with_default) §param_maybe_default* a='/' { a "/ may appear only once" }
  | §slash_no_default? §param_no_default* bad_§parameters_helper a=§param_no_default
    { a "parameter without a default follows parameter with a default" }
  | §param_no_default* a='(' PARENTHESIZED ','? b=')' { a..b "WHAT parameters cannot be parenthesized" }
  | (§slash_no_default | §slash_with_default)? §param_maybe_default* '*' (',' | §param_no_default) §param_maybe_default* a='/'
    { a "/ must be ahead of *" }
  | §param_maybe_default+ '/' a='*' { a "expected comma between / and *" }
bad_§parameters_helper: §slash_with_default | §param_with_default+
bad_§star_etc: a='*' (¤ | ',' (¤ | '**')) { BARE_STAR "named arguments must follow bare *" }
  | '*' §param a='=' { a "var-positional argument cannot have default value" }
  | '*' (§param_no_default | ',') §param_maybe_default* a='*' (§param_no_default | ',') { a "* argument may appear only once" }
bad_§kwds: '**' §param a='=' { a "var-keyword argument cannot have default value" }
  | '**' §param ',' a=§param { a "arguments cannot follow var-keyword argument" }
  | '**' §param ',' a=('*' | '**' | '/') { a "arguments cannot follow var-keyword argument" }
"#;

/// f-strings and, with `t` for `f`, t-strings.
const STRINGS: &str = r#"
fstring: FSTART fstring_middle* FEND
fstring_middle: FMID | fstring_replacement_field
fstring_replacement_field: '{' annotated_rhs '='? fstring_conversion? fstring_full_format_spec? '}' | bad_fstring_replacement_field
fstring_conversion: '!' NAME
fstring_full_format_spec: ':' fstring_middle*
bad_fstring_replacement_field: '{' a='=' { a "f-string: valid expression required before '='" }
  | '{' a='!' { a "f-string: valid expression required before '!'" }
  | '{' a=':' { a "f-string: valid expression required before ':'" }
  | '{' a='}' { a "f-string: valid expression required before '}'" }
  | '{' !annotated_rhs { next "f-string: expecting a valid expression after '{'" }
  | '{' annotated_rhs !('=' | '!' | ':' | '}') { next "f-string: expecting '=', or '!', or ':', or '}'" }
  | '{' annotated_rhs '=' !('!' | ':' | '}') { next "f-string: expecting '!', or ':', or '}'" }
  | '{' annotated_rhs '='? bad_fstring_conversion_character
  | '{' annotated_rhs '='? ('!' NAME)? !(':' | '}') { next "f-string: expecting ':' or '}'" }
  | '{' annotated_rhs '='? ('!' NAME)? ':' fstring_middle* !'}' { next "f-string: expecting '}', or format specs" }
  | '{' annotated_rhs '='? ('!' NAME)? !'}' { next "f-string: expecting '}'" }
bad_fstring_conversion_character: '!' &(':' | '}') { next "f-string: missing conversion character" }
  | '!' !NAME { next "f-string: invalid conversion character" }
"#;

/// The mistakes.
const MISTAKES: &str = r#"
bad_arguments: (','.positional_argument+ ',' kwargs | kwargs) a=',' ','.(starred_expression !'=')+
    { from a "iterable argument unpacking follows keyword argument unpacking" }
  | a=expression b=for_if_clauses ',' (args | expression for_if_clauses)? { a..b "Generator expression must be parenthesized" }
  | a=NAME b='=' expression for_if_clauses { a..b "invalid syntax. Maybe you meant '==' or ':=' instead of '='?" }
  | a=args b=for_if_clauses { special generator_among_arguments }
  | args ',' a=expression b=for_if_clauses { a..b "Generator expression must be parenthesized" }
  | a=args ',' args { special positional_follows }
bad_kwarg: a=('True' | 'False' | 'None') b='=' { a..b "cannot assign to $a" }
  | a=NAME b='=' &(',' | ')') { a..b "expected argument value expression" }
  | a=NAME b='=' expression for_if_clauses { a..b "invalid syntax. Maybe you meant '==' or ':=' instead of '='?" }
  | !(NAME '=') a=expression b='=' { a..b "expression cannot contain assignment, perhaps you meant \"==\"?" }
  | a='**' expression '=' b=expression { a..b "cannot assign to keyword argument unpacking" }
bad_expression: STRING a=(!STRING expression_quietly)+ STRING { a "invalid syntax. Is this intended to be part of the string?" }
  | !(NAME STRING | SOFT_KEYWORD) a=disjunction b=expression_quietly { special forgotten_comma }
  | a=disjunction 'if' b=disjunction !('else' | ':') { a..b "expected 'else' after 'if' expression" }
  | a=disjunction 'if' b=disjunction 'else' !expression { next "expected expression after 'else', but statement is given" }
  | a=(pass_stmt | break_stmt | continue_stmt) 'if' disjunction 'else' simple_stmt
    { a "expected expression before 'if', but statement is given" }
  | a='lambda' lambda_params? b=':' &FMID { a..b "f-string: lambda expressions are not allowed without parentheses" }
  | a='lambda' lambda_params? b=':' &TMID { a..b "t-string: lambda expressions are not allowed without parentheses" }
bad_legacy_expression: a=NAME !'(' b=star_expressions { special legacy }
bad_comparison: bitwise_or a='<' b='>' { special diamond }
bad_sum: term (('+' | '-') term)* ('+' | '-') a='not' b=inversion { a..b "'not' after an operator must be parenthesized" }
bad_term: factor (('*' | '/' | '//' | '%' | '@') factor)* ('*' | '/' | '//' | '%' | '@') a='not' b=inversion
    { a..b "'not' after an operator must be parenthesized" }
bad_factor: ('+' | '-' | '~') a='not' b=factor { a..b "'not' after an operator must be parenthesized" }
bad_type_params: '[' a=']' { from a "Type parameter list cannot be empty" }
bad_type_param: '*' NAME a=':' b=expression { special starred_bound }
  | '**' NAME a=':' b=expression { special double_starred_bound }
bad_named_expression: a=expression ':=' expression { a "cannot use assignment expressions with %a" }
  | a=NAME '=' b=bitwise_or !('=' | ':=') { a..b "invalid syntax. Maybe you meant '==' or ':=' instead of '='?" }
  | !(list | tuple | genexp | 'True' | 'None' | 'False') a=bitwise_or '=' bitwise_or !('=' | ':=')
    { a "cannot assign to %a here. Maybe you meant '==' instead of '='?" }
bad_assignment: a=bad_ann_assign_target ':' expression { a "only single target (not %a) can be annotated" }
  | a=star_named_expression ',' star_named_expressions* ':' expression { a "only single target (not tuple) can be annotated" }
  | a=expression ':' expression { a "illegal target for annotation" }
  | (star_targets '=')* a=star_expressions '=' { special assign_to }
  | (star_targets '=')* a=yield_expr '=' { a "assignment to yield expression not possible" }
  | a=star_expressions augassign annotated_rhs { a "'%a' is an illegal expression for augmented assignment" }
bad_ann_assign_target: list | tuple | '(' a=bad_ann_assign_target ')' => a
bad_del_stmt: 'del' a=star_expressions { special delete }
bad_block: NEWLINE !INDENT { indent "expected an indented block" }
bad_comprehension: ('[' | '(' | '{') a=starred_expression for_if_clauses { a "iterable unpacking cannot be used in comprehension" }
  | ('[' | '{') a=star_named_expression ',' b=star_named_expressions for_if_clauses
    { a..b "did you forget parentheses around the comprehension target?" }
  | ('[' | '{') a=star_named_expression b=',' for_if_clauses { a..b "did you forget parentheses around the comprehension target?" }
bad_dict_comprehension: '{' a='**' bitwise_or for_if_clauses '}' { a "dict unpacking cannot be used in dict comprehension" }
bad_with_item: expression 'as' a=expression &(',' | ')' | ':') { special assign_to }
bad_for_if_clause: 'async'? 'for' (bitwise_or (',' bitwise_or)* ','?) !'in' { last "'in' expected after for-loop variables" }
bad_for_target: 'async'? 'for' a=star_expressions { special loop_over }
bad_group: '(' a=starred_expression ')' { a "cannot use starred expression here" }
  | '(' a='**' expression ')' { a "cannot use double starred expression here" }
bad_import: a='import' ','.dotted_name+ 'from' dotted_name { from a "Did you mean to use 'from ... import ...' instead?" }
  | 'import' a=NEWLINE { from a "Expected one or more names after 'import'" }
bad_dotted_as_name: dotted_name 'as' !(NAME (',' | ')' | ';' | NEWLINE)) a=expression { a "cannot use %a as import target" }
bad_import_from_as_name: NAME 'as' !(NAME (',' | ')' | ';' | NEWLINE)) a=expression { a "cannot use %a as import target" }
bad_import_from_targets: import_from_as_names ',' NEWLINE { last "trailing comma not allowed without surrounding parentheses" }
  | a=NEWLINE { from a "Expected one or more names after 'import'" }
bad_with_stmt: 'async'? 'with' ','.(expression ('as' star_target)?)+ NEWLINE { last "expected ':'" }
  | 'async'? 'with' '(' ','.(expressions ('as' star_target)?)+ ','? ')' NEWLINE { last "expected ':'" }
bad_with_stmt_indent: 'async'? a='with' ','.(expression ('as' star_target)?)+ ':' NEWLINE !INDENT
    { indent "expected an indented block after 'with' statement on line #a" }
  | 'async'? a='with' '(' ','.(expressions ('as' star_target)?)+ ','? ')' ':' NEWLINE !INDENT
    { indent "expected an indented block after 'with' statement on line #a" }
bad_try_stmt: a='try' ':' NEWLINE !INDENT { indent "expected an indented block after 'try' statement on line #a" }
  | 'try' ':' block !('except' | 'finally') { last "expected 'except' or 'finally' block" }
  | 'try' ':' block except_block+ a='except' b='*' expression ('as' NAME)? ':'
    { a..b "cannot have both 'except' and 'except*' on the same 'try'" }
  | 'try' ':' block except_star_block+ a='except' (expression ('as' NAME)?)? ':'
    { a "cannot have both 'except' and 'except*' on the same 'try'" }
bad_except_stmt: 'except' a=expression ',' expressions 'as' NAME ':'
    { from a "multiple exception types must be parenthesized when using 'as'" }
  | 'except' expression ('as' NAME)? NEWLINE { last "expected ':'" }
  | 'except' NEWLINE { last "expected ':'" }
  | 'except' expression 'as' !(NAME ':') a=expression ':' block { a "cannot use except statement with %a" }
bad_except_star_stmt: 'except' '*' a=expression ',' expressions 'as' NAME ':'
    { from a "multiple exception types must be parenthesized when using 'as'" }
  | 'except' '*' expression ('as' NAME)? NEWLINE { last "expected ':'" }
  | 'except' '*' (NEWLINE | ':') { last "expected one or more exception types" }
  | 'except' '*' expression 'as' !(NAME ':') a=expression ':' block { a "cannot use except* statement with %a" }
bad_finally_stmt: a='finally' ':' NEWLINE !INDENT { indent "expected an indented block after 'finally' statement on line #a" }
bad_except_stmt_indent: a='except' expression ('as' NAME)? ':' NEWLINE !INDENT
    { indent "expected an indented block after 'except' statement on line #a" }
  | a='except' ':' NEWLINE !INDENT { indent "expected an indented block after 'except' statement on line #a" }
bad_except_star_stmt_indent: a='except' '*' expression ('as' NAME)? ':' NEWLINE !INDENT
    { indent "expected an indented block after 'except*' statement on line #a" }
bad_match_stmt: "match" subject_expr NEWLINE { last "expected ':'" }
  | a="match" subject_expr ':' NEWLINE !INDENT { indent "expected an indented block after 'match' statement on line #a" }
bad_case_block: "case" patterns guard? NEWLINE { last "expected ':'" }
  | a="case" patterns guard? ':' NEWLINE !INDENT { indent "expected an indented block after 'case' statement on line #a" }
bad_as_pattern: or_pattern 'as' a="_" { a "cannot use '_' as a target" }
  | or_pattern 'as' a=expression { a "cannot use %a as pattern target" }
bad_class_pattern: name_or_attr '(' (positional_patterns ',')? keyword_patterns ',' a=positional_patterns
    { a "positional patterns follow keyword patterns" }
bad_if_stmt: 'if' named_expression NEWLINE { last "expected ':'" }
  | a='if' named_expression ':' NEWLINE !INDENT { indent "expected an indented block after 'if' statement on line #a" }
bad_elif_stmt: 'elif' named_expression NEWLINE { last "expected ':'" }
  | a='elif' named_expression ':' NEWLINE !INDENT { indent "expected an indented block after 'elif' statement on line #a" }
bad_else_stmt: a='else' ':' NEWLINE !INDENT { indent "expected an indented block after 'else' statement on line #a" }
  | 'else' ':' block 'elif' { last "'elif' block follows an 'else' block" }
bad_while_stmt: 'while' named_expression NEWLINE { last "expected ':'" }
  | a='while' named_expression ':' NEWLINE !INDENT { indent "expected an indented block after 'while' statement on line #a" }
bad_for_stmt: 'async'? 'for' star_targets 'in' star_expressions NEWLINE { last "expected ':'" }
  | 'async'? a='for' star_targets 'in' star_expressions ':' NEWLINE !INDENT
    { indent "expected an indented block after 'for' statement on line #a" }
bad_def_raw: 'async'? a='def' NAME type_params? '(' params? ')' ('->' expression)? ':' NEWLINE !INDENT
    { indent "expected an indented block after function definition on line #a" }
  | 'async'? 'def' NAME type_params? &&'(' params? ')' ('->' expression)? &&':' block
bad_class_def_raw: 'class' NAME type_params? ('(' arguments? ')')? NEWLINE { last "expected ':'" }
  | a='class' NAME type_params? ('(' arguments? ')')? ':' NEWLINE !INDENT
    { indent "expected an indented block after class definition on line #a" }
bad_double_starred_kvpairs: ','.double_starred_kvpair+ ',' bad_kvpair
  | expression ':' a='*' bitwise_or { from a "cannot use a starred expression in a dictionary value" }
  | expression a=':' &('}' | ',') { a "expression expected after dictionary key and ':'" }
bad_kvpair: a=expression !':' { special missing_value }
  | expression ':' a='*' bitwise_or { from a "cannot use a starred expression in a dictionary value" }
  | expression a=':' &('}' | ',') { a "expression expected after dictionary key and ':'" }
bad_starred_expression_unpacking: a='*' expression '=' b=expression { a..b "cannot assign to iterable argument unpacking" }
bad_starred_expression: '*' { last "Invalid star expression" }
"#;

/// The whole grammar.
pub(super) fn text() -> String {
    let put = |text: &str, all: &[(&str, &str)]| {
        all.iter().fold(text.to_string(), |text, (what, by)| text.replace(what, by))
    };
    let functions = put(
        PARAMETERS,
        &[
            ("§", ""),
            ("¤", "')'"),
            ("STAR_ANNOTATION", "param_no_default_star_annotation"),
            ("ANNOTATION", "annotation?"),
            ("PARENTHESIZED", "param_no_default+"),
            ("WHAT", "Function"),
            ("BARE_STAR", "a"),
        ],
    );
    let lambdas = put(
        PARAMETERS,
        &[
            ("§", "lambda_"),
            ("¤", "':'"),
            ("STAR_ANNOTATION", "lambda_param_no_default"),
            ("ANNOTATION", ""),
            ("PARENTHESIZED", "','.lambda_param+"),
            ("WHAT", "Lambda expression"),
            ("BARE_STAR", "last"),
        ],
    );
    let templates = put(
        STRINGS,
        &[
            ("fstring", "tstring"),
            ("f-string", "t-string"),
            ("FSTART", "TSTART"),
            ("FMID", "TMID"),
            ("FEND", "TEND"),
        ],
    );
    [STATEMENTS, EXPRESSIONS, &functions, &lambdas, STRINGS, &templates, MISTAKES].concat()
}
