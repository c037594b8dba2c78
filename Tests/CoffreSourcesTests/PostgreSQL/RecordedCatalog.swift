/// What PostgreSQL 15.18 answered in a database of odd names, parts, keys and rights, shortened.
///
/// Written by hand after it: `relationsOfLeanRole` and `serverForLeanRole` (a standby), and single rows for what that
/// server did not have, such as the databases `forbidden` and `invalid`.
enum RecordedCatalog {
  static let relations = #"""
    oid|schema|name|kind|persistence|is_partition|is_detaching|parents|method|is_populated|hides_rows|rows|extension|configuration|may_use_schema|may_read
    16525|public|plain_id_seq|S|p|f|f|{}|∅|t|f|1|∅|∅|t|t
    16526|public|plain|r|p|f|f|{}|heap|t|f|∅|∅|∅|t|t
    16535|public|bare|r|p|f|f|{}|heap|t|f|∅|∅|∅|t|t
    16538|public|we're \ "odd"|r|p|f|f|{}|heap|t|f|∅|∅|∅|t|t
    16559|public|parts|p|p|f|f|{}|∅|t|f|∅|∅|∅|t|t
    16562|public|parts_1|p|p|t|f|{16559}|∅|t|f|∅|∅|∅|t|t
    16565|public|parts_1_0|r|p|t|f|{16562}|heap|t|f|∅|∅|∅|t|t
    16575|public|moods|p|p|f|f|{}|∅|t|f|∅|∅|∅|t|t
    16578|public|moods_0|p|p|t|f|{16575}|∅|t|f|∅|∅|∅|t|t
    16581|public|moods_0_0|r|p|t|f|{16578}|heap|t|f|∅|∅|∅|t|t
    16587|public|mother|r|p|f|f|{}|heap|t|f|∅|∅|∅|t|t
    16590|public|child|r|p|f|f|{16587}|heap|t|f|∅|∅|∅|t|t
    16593|public|quick|r|u|f|f|{}|heap|t|f|∅|∅|∅|t|t
    16602|public|mv|m|p|f|f|{}|heap|t|f|∅|∅|∅|t|t
    16606|public|mv_empty|m|p|f|f|{}|heap|f|f|∅|∅|∅|t|t
    16610|public|v|v|p|f|f|{}|∅|t|f|∅|∅|∅|t|t
    16627|public|ft|f|p|f|f|{}|∅|t|f|∅|∅|∅|t|t
    17664|public|cfg|r|p|f|f|{}|heap|t|f|∅|hstore|WHERE id > 1|t|t
    17668|public|unmarked|r|p|f|f|{}|heap|t|f|1|hstore|∅|t|t
    """#

  /// As a role sees them that was granted SELECT on one table only.
  static let relationsOfLeanRole = #"""
    oid|schema|name|kind|persistence|is_partition|is_detaching|parents|method|is_populated|hides_rows|rows|extension|configuration|may_use_schema|may_read
    16525|public|plain_id_seq|S|p|f|f|{}|∅|t|f|1|∅|∅|t|f
    16526|public|plain|r|p|f|f|{}|heap|t|f|∅|∅|∅|t|t
    16535|public|bare|r|p|f|f|{}|heap|t|f|∅|∅|∅|t|f
    16548|Odd "s"|t|r|p|f|f|{}|heap|t|f|∅|∅|∅|f|f
    16559|public|parts|p|p|f|f|{}|∅|t|t|∅|∅|∅|t|t
    16593|public|quick|r|u|f|f|{}|heap|t|f|∅|∅|∅|t|t
    16598|public|guarded|r|p|f|f|{}|heap|t|t|∅|∅|∅|t|t
    16610|public|v|v|p|f|f|{}|∅|t|f|∅|∅|∅|t|f
    17668|public|unmarked|r|p|f|f|{}|heap|t|f|1|hstore|∅|t|f
    """#

  static let columns = #"""
    relation|number|name|type|is_required|identity|generation
    16526|1|id|integer|t||
    16526|2|t|text|f||
    16526|3|g|integer|f||s
    16538|1|A b|integer|t||
    16538|2|é|text|f||
    16548|1|id|integer|t|d|
    16548|3|v|character varying(20)|t||
    """#

  static let keys = #"""
    relation|name|is_primary|columns
    16526|plain_pkey|t|{1}
    16538|we're \ "odd"_A b_key|f|{1}
    16548|t_k_v_key|f|{2,3}
    """#

  static let sequences = #"""
    oid|schema|name|persistence|increment|owner_schema|owner_table|owner_column|is_identity|is_left|may_use_schema|may_read
    16525|public|plain_id_seq|p|1|public|plain|id|f|f|t|f
    16547|Odd "s"|t_id_seq|p|1|Odd "s"|t|id|t|f|f|f
    16614|public|Seq "1"|p|-1|∅|∅|∅|∅|f|t|t
    17663|public|cfg_id_seq|p|1|public|cfg|id|f|t|t|f
    """#

  static let server = #"""
    version|encoding|role|is_superuser|creates_roles|replicates|bypasses_rls|reads_passwords|reads_control|is_in_recovery|block_size|locks|prepared|connections|reserved|reserved_for_roles|used|role_limit|role_used|database_limit|database_used|snapshot_limit
    15.18 (Debian 15.18-0+deb12u1)|UTF8|coffre|t|t|t|t|t|t|f|8192|64|0|100|3|0|1|-1|1|-1|1|-1
    """#

  static let serverForLeanRole = #"""
    version|encoding|role|is_superuser|creates_roles|replicates|bypasses_rls|reads_passwords|reads_control|is_in_recovery|block_size|locks|prepared|connections|reserved|reserved_for_roles|used|role_limit|role_used|database_limit|database_used|snapshot_limit
    15.18 (Debian 15.18-0+deb12u1)|UTF8|lean|f|f|f|f|f|f|t|8192|64|10|100|3|2|20|9|4|7|6|1h
    """#

  static let databases = #"""
    oid|name|owner|encoding|provider|collate|character_type|locale|rules|version|is_template|allows_connections|connection_limit|tablespace|may_connect|comment|rights
    16392|Odd "db" \é|odd role|LATIN1|c|C|C|∅|∅|∅|f|t|7|pg_default|t|∅|∅
    16394|closed|coffre|UTF8|c|C.UTF-8|C.UTF-8|∅|∅|∅|f|f|-1|pg_default|t|∅|∅
    16396|forbidden|coffre|UTF8|c|C.UTF-8|C.UTF-8|∅|∅|∅|f|t|-1|pg_default|f|∅|{coffre=CTc/coffre}
    16393|icu|coffre|UTF8|i|C.UTF-8|C.UTF-8|fr-FR|∅|153.120|f|t|-1|pg_default|t|a comment|{=T/coffre,coffre=CTc/coffre,lean=c*/coffre}
    16397|invalid|coffre|UTF8|c|C.UTF-8|C.UTF-8|∅|∅|∅|f|t|-2|pg_default|t|∅|∅
    5|postgres|coffre|UTF8|c|C.UTF-8|C.UTF-8|∅|∅|∅|f|t|-1|pg_default|t|default administrative connection database|∅
    1|template1|coffre|UTF8|c|C.UTF-8|C.UTF-8|∅|∅|∅|t|t|-1|pg_default|t|default template for new databases|{=c/coffre,coffre=CTc/coffre}
    """#

  /// Written by hand after the documentation of 16, 17 and 18: 16 has rules of ICU, 17 a provider of its own and another
  /// name for the column of locales, 18 a second locale of that provider.
  static let databasesOf16 = #"""
    oid|name|owner|encoding|provider|collate|character_type|locale|rules|version|is_template|allows_connections|connection_limit|tablespace|may_connect|comment|rights
    16400|ruled|coffre|UTF8|i|C.UTF-8|C.UTF-8|de-AT|&a < 'b c'|153.121|f|t|-1|pg_default|t|∅|∅
    16401|plain|coffre|UTF8|i|C.UTF-8|C.UTF-8|und|∅|153.121|f|t|-1|pg_default|t|∅|∅
    16402|system|coffre|UTF8|c|fr_FR.UTF-8|C|∅|∅|2.36|f|t|-1|pg_default|t|∅|∅
    """#

  static let databasesOf17 = #"""
    oid|name|owner|encoding|provider|collate|character_type|locale|rules|version|is_template|allows_connections|connection_limit|tablespace|may_connect|comment|rights
    16400|built|coffre|UTF8|b|C|C.UTF-8|C.UTF-8|∅|1|f|t|-1|pg_default|t|∅|∅
    16401|french|coffre|UTF8|i|C.UTF-8|C.UTF-8|fr-FR|∅|153.121|f|t|-1|pg_default|t|∅|∅
    """#

  static let databasesOf18 = #"""
    oid|name|owner|encoding|provider|collate|character_type|locale|rules|version|is_template|allows_connections|connection_limit|tablespace|may_connect|comment|rights
    16400|fast|coffre|UTF8|b|C|C|PG_UNICODE_FAST|∅|1|f|t|-1|pg_default|t|∅|∅
    """#

  static let settings = #"""
    is_for_database|database|is_for_role|role|setting
    t|icu|t|lean|work_mem=4MB
    t|icu|f|∅|search_path="a, b", public, "q""q"
    t|icu|f|∅|odd.setting=it's = \ this
    f|∅|f|∅|statement_timeout=1h
    """#

  static let grants = #"""
    database|privilege|is_for_all|grantee|grantor|may_grant
    icu|CONNECT|f|lean|coffre|t
    icu|TEMPORARY|t|∅|coffre|f
    """#
}
