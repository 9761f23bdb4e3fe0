"""The floor's templates: the data of our pages and no more."""

LIST = """<!doctype html><title>{{ total }} applications</title>
<h1>{{ round.reference }} {{ round.title }}: {{ total }}</h1><table>
{% for row in rows -%}
<tr><td><a href="/applications/{{ row[0] }}">{{ row[2] }}</a> {{ row[1] }}<td>{{ row[3] }}
<td>{{ row[4] }}<td>{{ round.currency }} {{ row[5] / 100 }}<td>{{ row[6].value }}
<td>{{ row[7].date() }}</tr>
{% endfor %}</table>"""

QUEUE = """<!doctype html><title>Reviews</title>
{% for state, number in counts %}<p>{{ state.value }}: {{ number }}</p>{% endfor %}
{% if following %}<a href="/review/{{ following[0] }}">{{ following[1] }}</a>{% endif %}<table>
{% for row in rows -%}
<tr><td><a href="/review/{{ row[0] }}">{{ row[2] }}</a> {{ row[1] }}<td>{{ row[3] }}
<td>{{ row[4].value }}<td>{{ row[5].date() }}<td>{{ row[6] or "" }}
<td>{{ row[7] or "" }}<td>{{ row[8] or "" }}</tr>
{% endfor %}</table><p>{{ marking|join(" ") }}</p>"""

DESK = """<!doctype html><title>{{ head[1].reference }}</title>
<h1>{{ head[1].reference }} {{ head[1].title }}</h1>
<p>{{ head[3] }} {{ head[1].amount_requested / 100 }}, due {{ head[0].due_at.date() }}</p>
<p>{{ content.organisation.name }}; {{ place[1] }} of {{ place[0] }}</p>
{% for section in content.sections %}<h2>{{ section.title }}</h2>
{% for one in section.questions %}<h3>{{ one.label }}</h3><p>{{ one.text }}</p>{% endfor %}
{% endfor %}<form method="post">
{% for criterion, score in criteria %}<h3>{{ criterion.title }} ({{ criterion.weight }})</h3>
<p>{{ criterion.question }}</p>
{% for mark in criterion.marks %}<label><input type="radio" name="mark-{{ criterion.code }}"
 value="{{ mark }}"{% if score.mark == mark %} checked{% endif %}> {{ mark }}
 {{ criterion.anchors[mark|string] }}</label>{% endfor %}
<textarea name="comment-{{ criterion.code }}">{{ score.shared_comment }}</textarea>{% endfor %}
<input name="confidence" value="{{ head[4].confidence }}">
<textarea name="shared_comment">{{ head[4].shared_comment }}</textarea>
<textarea name="private_comment">{{ head[4].private_comment }}</textarea><button>Save</button>
</form><p>{{ marking|join(" ") }}</p>"""
