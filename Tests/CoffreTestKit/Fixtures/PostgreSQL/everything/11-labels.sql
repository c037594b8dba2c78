-- Security labels, by the provider that the tests bring.

SECURITY LABEL FOR coffre_test ON TABLE shop.customer IS 'private; it''s "so"';
SECURITY LABEL FOR coffre_test ON COLUMN shop.customer."Full Name" IS 'name';
SECURITY LABEL FOR coffre_test ON SCHEMA shop IS 'a schema';
SECURITY LABEL FOR coffre_test ON VIEW shop.paying IS 'a view';
SECURITY LABEL FOR coffre_test ON MATERIALIZED VIEW shop.sums IS 'a materialised view';
SECURITY LABEL FOR coffre_test ON FOREIGN TABLE shop.from_far IS 'a foreign table';
SECURITY LABEL FOR coffre_test ON SEQUENCE shop.small IS 'a sequence';
SECURITY LABEL FOR coffre_test ON FUNCTION shop.overloaded(text) IS 'a function';
SECURITY LABEL FOR coffre_test ON PROCEDURE shop.tidy(int) IS 'a procedure';
SECURITY LABEL FOR coffre_test ON AGGREGATE shop.joined(text) IS 'an aggregate';
SECURITY LABEL FOR coffre_test ON DOMAIN shop.percent IS 'a domain';
SECURITY LABEL FOR coffre_test ON TYPE shop.state IS 'a type';
SECURITY LABEL FOR coffre_test ON LANGUAGE plalias IS 'a language';
SECURITY LABEL FOR coffre_test ON EVENT TRIGGER coffre_drops IS 'an event trigger';
SECURITY LABEL FOR coffre_test ON PUBLICATION some_tables IS 'a publication';
SECURITY LABEL FOR coffre_test ON SUBSCRIPTION coffre_subscription IS 'a subscription';
SECURITY LABEL FOR coffre_test ON LARGE OBJECT 100001 IS 'a large object';
SELECT format('SECURITY LABEL FOR coffre_test ON DATABASE %I IS ''a database''', current_database()) \gexec
